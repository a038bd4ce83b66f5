// swift-tools-version: 6.3
import PackageDescription

// Targets are layers: each imports only what stands above it in this file. docs/architecture.md shows the picture.
let package = Package(
  name: "egress6",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "egress6", targets: ["egress6"]),
    .library(name: "EndpointRules", targets: ["EndpointRules"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // Foundation-free: values, rules and the catalog of one SDK release.
    .target(name: "IPAddress"),
    .target(name: "JSON"),
    .target(name: "EndpointRules", dependencies: ["IPAddress", "JSON"]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CCatalogImage", exclude: ["catalog.image", "facts.json"]),
    .target(name: "ServiceCatalog", dependencies: ["CCatalogImage", "CZlib", "EndpointRules", "JSON"]),

    // What is true: DNS answers, and their history.
    .target(
      name: "DNS",
      dependencies: [
        "IPAddress",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .target(
      name: "EndpointMap",
      dependencies: ["DNS", "JSON", "ServiceCatalog", .product(name: "GRDB", package: "GRDB.swift")]),

    // The rim: what a person sees.
    .target(name: "Terminal", dependencies: ["JSON"]),
    .executableTarget(
      name: "egress6",
      dependencies: [
        "DNS", "EndpointMap", "EndpointRules", "IPAddress", "JSON", "ServiceCatalog", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Measure the client and the rules: built only when asked for by name.
    .executableTarget(name: "dns-bench", dependencies: ["DNS"], path: "Benchmarks/dns-bench"),
    .executableTarget(
      name: "rules-bench", dependencies: ["EndpointRules", "JSON", "ServiceCatalog"],
      path: "Benchmarks/rules-bench"),

    .target(
      name: "TestKit",
      dependencies: [
        "DNS", "IPAddress", "JSON",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Tests/TestKit"),
    .testTarget(name: "IPAddressTests", dependencies: ["IPAddress", "TestKit"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestKit"]),
    .testTarget(name: "EndpointRulesTests", dependencies: ["EndpointRules", "JSON", "TestKit"]),
    .testTarget(
      name: "ServiceCatalogTests", dependencies: ["EndpointRules", "JSON", "ServiceCatalog", "TestKit"],
      exclude: ["Scripts"]),
    .testTarget(
      name: "DNSTests",
      dependencies: ["DNS", "IPAddress", "TestKit", .product(name: "NIOCore", package: "swift-nio")]),
    .testTarget(
      name: "EndpointMapTests",
      dependencies: [
        "DNS", "EndpointMap", "JSON", "ServiceCatalog", "TestKit",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "TerminalTests", dependencies: ["JSON", "Terminal", "TestKit"]),
    .testTarget(name: "AcceptanceTests", dependencies: ["DNS", "IPAddress", "JSON", "TestKit", "egress6"]),
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
