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
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
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
    .systemLibrary(
      name: "CEgressZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CCatalogImage", exclude: ["catalog.image", "evidence.image", "older.rules"]),
    .target(
      name: "ServiceCatalog",
      dependencies: [
        "CCatalogImage", "CEgressZlib", "EgressBase", "EndpointRules", "EndpointRulesCompiled",
        "IPAddressing",
        "StrictJSON",
      ]),
    .target(
      name: "SDKRelease",
      dependencies: ["CEgressZlib", "EgressBase", "EndpointRules", "ServiceCatalog", "StrictJSON"]),

    // What clients do.
    .target(
      name: "ClientModel",
      dependencies: [
        "EgressBase", "EndpointRules", "EndpointRulesCompiled", "IPAddressing", "ServiceCatalog",
        "StrictJSON",
      ]),

    // What is true: DNS answers, and their history.
    .target(
      name: "EgressDNS",
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
        "EgressDNS", "EgressBase", "IPAddressing", "ServiceCatalog", "StrictJSON",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),

    // What a view shows, and how a terminal draws it.
    .target(
      name: "MapViews",
      dependencies: [
        "ClientModel", "EgressDNS", "EgressBase", "EndpointMap", "EndpointRules", "IPAddressing",
        "ServiceCatalog",
        "StrictJSON",
      ]),
    .target(name: "EgressTerminal", dependencies: ["EgressBase", "MapViews", "StrictJSON"]),

    // What to set so that clients use IPv6, and what set things do.
    .target(
      name: "ClientConfiguration",
      dependencies: [
        "ClientModel", "EgressBase", "IPAddressing", "ServiceCatalog", "StrictJSON",
        .product(name: "Yams", package: "Yams"),
      ]),

    // Commands: parse arguments, call, print.
    .target(name: "CEgressProcess"),
    .executableTarget(
      name: "egress6",
      dependencies: [
        "CEgressProcess", "ClientConfiguration", "ClientModel", "EgressDNS", "EgressBase", "EndpointMap",
        "EndpointRules",
        "EndpointRulesCompiled",
        "IPAddressing", "MapViews", "SDKRelease", "ServiceCatalog", "StrictJSON", "EgressTerminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Make the built-in older rules, measure the client and the rules: built only when asked for by name.
    .executableTarget(
      name: "older-rules", dependencies: ["EgressBase", "SDKRelease", "ServiceCatalog"],
      path: "Tools/older-rules"),
    .executableTarget(name: "dns-bench", dependencies: ["EgressDNS"], path: "Benchmarks/dns-bench"),
    .executableTarget(
      name: "rules-bench",
      dependencies: [
        "ClientModel", "EndpointRules", "EndpointRulesCompiled", "SDKRelease", "ServiceCatalog", "StrictJSON",
      ],
      path: "Benchmarks/rules-bench"),

    .target(
      name: "EgressTestKit",
      dependencies: [
        "EgressDNS", "IPAddressing", "StrictJSON",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/EgressTestKit"),
    .target(
      name: "ReleaseTestKit", dependencies: ["SDKRelease", "ServiceCatalog", "EgressTestKit"],
      path: "Tests/ReleaseTestKit"),
    .testTarget(name: "EgressBaseTests", dependencies: ["EgressBase", "ReleaseTestKit", "EgressTestKit"]),
    .testTarget(name: "IPAddressingTests", dependencies: ["IPAddressing", "EgressTestKit"]),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON", "EgressTestKit"]),
    .target(
      name: "RulesTestKit",
      dependencies: ["EndpointRules", "EndpointRulesCompiled", "StrictJSON", "EgressTestKit"],
      path: "Tests/RulesTestKit"),
    .testTarget(
      name: "EndpointRulesTests",
      dependencies: ["EndpointRules", "EndpointRulesCompiled", "RulesTestKit", "StrictJSON", "EgressTestKit"]),
    .testTarget(
      name: "EndpointRulesCompiledTests",
      dependencies: [
        "EndpointRules", "EndpointRulesCompiled", "IPAddressing", "RulesTestKit", "StrictJSON",
        "EgressTestKit",
      ]),
    .testTarget(
      name: "ServiceCatalogTests",
      dependencies: [
        "ClientModel", "EgressBase", "EndpointRules", "EndpointRulesCompiled", "IPAddressing",
        "ReleaseTestKit",
        "ServiceCatalog", "StrictJSON", "EgressTestKit",
      ]),
    .testTarget(
      name: "SDKReleaseTests",
      dependencies: [
        "CEgressZlib", "EgressBase", "EndpointRules", "ReleaseTestKit", "SDKRelease", "ServiceCatalog",
        "StrictJSON", "EgressTestKit",
      ]),
    .testTarget(
      name: "ClientModelTests",
      dependencies: [
        "ClientModel", "EgressBase", "EndpointRules", "EndpointRulesCompiled", "ReleaseTestKit",
        "ServiceCatalog", "StrictJSON", "EgressTestKit",
      ],
      exclude: ["Fixtures", "Scripts"]),
    .testTarget(
      name: "ClientConfigurationTests",
      dependencies: [
        "ClientConfiguration", "ClientModel", "EgressBase", "IPAddressing", "ServiceCatalog", "StrictJSON",
        "EgressTestKit",
      ]),
    .testTarget(
      name: "EgressDNSTests",
      dependencies: [
        "EgressDNS", "EgressBase", "IPAddressing", "EgressTestKit",
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    .testTarget(
      name: "EndpointMapTests",
      dependencies: [
        "EgressDNS", "EgressBase", "EndpointMap", "MapViews", "ServiceCatalog", "StrictJSON", "EgressTestKit",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "MapViewsTests",
      dependencies: [
        "ClientModel", "EgressDNS", "EgressBase", "EndpointMap", "MapViews", "ServiceCatalog", "StrictJSON",
      ]),
    .testTarget(
      name: "EgressTerminalTests",
      dependencies: ["MapViews", "StrictJSON", "EgressTerminal", "EgressTestKit"]),
    .testTarget(
      name: "AcceptanceTests",
      dependencies: ["EgressDNS", "IPAddressing", "StrictJSON", "EgressTestKit", "egress6"]),
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
