// swift-tools-version: 6.3
import PackageDescription

// Targets are layers: each imports only what stands above it in this file. docs/architecture.md shows the picture.
let package = Package(
  name: "egress6",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "egress6", targets: ["egress6"]),
    .library(name: "EndpointRules", targets: ["EndpointRules"]),
    .library(name: "EndpointRulesCompiled", targets: ["EndpointRulesCompiled"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // For tests only.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
  ],
  targets: [
    // What everybody needs and nobody owns; these and all up to ServiceCatalog import no Foundation.
    .target(name: "EgressBase"),
    .target(name: "IPAddressing"),
    .target(name: "StrictJSON", dependencies: ["EgressBase"]),

    // What AWS says: endpoint rules, and the services, regions and host names of one SDK release.
    .target(name: "EndpointRules", dependencies: ["EgressBase", "IPAddressing", "StrictJSON"]),
    .target(name: "EndpointRulesCompiled", dependencies: ["EgressBase", "EndpointRules"]),
    .target(name: "CCatalogImage", exclude: ["catalog.image"]),
    .target(
      name: "ServiceCatalog",
      dependencies: [
        "CCatalogImage", "CZlib", "EgressBase", "EndpointRules", "EndpointRulesCompiled", "StrictJSON",
      ]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "SDKRelease",
      dependencies: ["CZlib", "EgressBase", "EndpointRules", "ServiceCatalog", "StrictJSON"]),

    // What clients do.
    .target(
      name: "ClientModel",
      dependencies: ["EgressBase", "EndpointRules", "EndpointRulesCompiled", "ServiceCatalog", "StrictJSON"]),

    // What is true: DNS answers, and their history.
    .target(
      name: "DNS",
      dependencies: [
        "EgressBase", "IPAddressing",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .target(
      name: "EndpointMap",
      dependencies: [
        "DNS", "EgressBase", "IPAddressing", "ServiceCatalog", "StrictJSON",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),

    // What a view shows, and how a terminal draws it.
    .target(
      name: "MapViews",
      dependencies: [
        "ClientModel", "DNS", "EgressBase", "EndpointMap", "EndpointRules", "IPAddressing", "ServiceCatalog",
        "StrictJSON",
      ]),
    .target(name: "Terminal", dependencies: ["EgressBase", "MapViews", "StrictJSON"]),

    // Commands: parse arguments, call, print.
    .executableTarget(
      name: "egress6",
      dependencies: [
        "ClientModel", "DNS", "EgressBase", "EndpointMap", "EndpointRules", "EndpointRulesCompiled",
        "IPAddressing", "MapViews", "SDKRelease", "ServiceCatalog", "StrictJSON", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Measure the client and the rules: built only when asked for by name.
    .executableTarget(name: "dns-bench", dependencies: ["DNS"], path: "Benchmarks/dns-bench"),
    .executableTarget(
      name: "rules-bench",
      dependencies: [
        "ClientModel", "EndpointRules", "EndpointRulesCompiled", "SDKRelease", "ServiceCatalog", "StrictJSON",
      ],
      path: "Benchmarks/rules-bench"),

    .target(
      name: "TestKit",
      dependencies: [
        "DNS", "IPAddressing", "StrictJSON",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/TestKit"),
    .target(
      name: "ReleaseTestKit", dependencies: ["SDKRelease", "ServiceCatalog", "TestKit"],
      path: "Tests/ReleaseTestKit"),
    .testTarget(name: "EgressBaseTests", dependencies: ["EgressBase", "ReleaseTestKit", "TestKit"]),
    .testTarget(name: "IPAddressingTests", dependencies: ["IPAddressing", "TestKit"]),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON", "TestKit"]),
    .target(
      name: "RulesTestKit",
      dependencies: ["EndpointRules", "EndpointRulesCompiled", "StrictJSON", "TestKit"],
      path: "Tests/RulesTestKit"),
    .testTarget(
      name: "EndpointRulesTests",
      dependencies: ["EndpointRules", "EndpointRulesCompiled", "RulesTestKit", "StrictJSON", "TestKit"]),
    .testTarget(
      name: "EndpointRulesCompiledTests",
      dependencies: [
        "EndpointRules", "EndpointRulesCompiled", "IPAddressing", "RulesTestKit", "StrictJSON", "TestKit",
      ]),
    .testTarget(
      name: "ServiceCatalogTests",
      dependencies: [
        "ClientModel", "EgressBase", "EndpointRules", "EndpointRulesCompiled", "ReleaseTestKit",
        "ServiceCatalog", "StrictJSON", "TestKit",
      ]),
    .testTarget(
      name: "SDKReleaseTests",
      dependencies: [
        "CZlib", "EgressBase", "EndpointRules", "ReleaseTestKit", "SDKRelease", "ServiceCatalog",
        "StrictJSON", "TestKit",
      ]),
    .testTarget(
      name: "ClientModelTests",
      dependencies: [
        "ClientModel", "EgressBase", "EndpointRules", "EndpointRulesCompiled", "ReleaseTestKit",
        "ServiceCatalog", "StrictJSON", "TestKit",
      ],
      exclude: ["Fixtures", "Scripts"]),
    .testTarget(
      name: "DNSTests",
      dependencies: [
        "DNS", "EgressBase", "IPAddressing", "TestKit", .product(name: "NIOCore", package: "swift-nio"),
      ]),
    .testTarget(
      name: "EndpointMapTests",
      dependencies: [
        "DNS", "EgressBase", "EndpointMap", "MapViews", "ServiceCatalog", "StrictJSON", "TestKit",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "MapViewsTests",
      dependencies: [
        "ClientModel", "DNS", "EgressBase", "EndpointMap", "MapViews", "ServiceCatalog", "StrictJSON",
      ]),
    .testTarget(name: "TerminalTests", dependencies: ["MapViews", "StrictJSON", "Terminal", "TestKit"]),
    .testTarget(
      name: "AcceptanceTests", dependencies: ["DNS", "IPAddressing", "StrictJSON", "TestKit", "egress6"]),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets where ![.system, .plugin, .macro, .binary].contains(target.type) {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("ImmutableWeakCaptures"),
      .enableUpcomingFeature("InferIsolatedConformances"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      .strictMemorySafety(),
      .treatAllWarnings(as: .error),
    ]
}
