// SPDX-License-Identifier: Apache-2.0

/// The zones that a resolver refuses to answer for, judged by the share of refusals and over time.
///
/// A zone is barred when most of its last answers were refusals. After a pause one query, the trial, is let through. A
/// refused trial doubles the pause; any other answer lifts the bar. So a stray refusal costs nothing, a zone that is really
/// refused costs a few packets, and a resolver that recovers is asked again. The types are judged apart, because some
/// resolvers refuse only AAAA.
struct ZoneRefusals {
  /// Whether a question may be asked.
  enum Admission: Equatable {
    /// Now.
    case open
    /// Not before this moment.
    case after(Moment)
    /// Not in the foreseeable future.
    case never
  }

  /// The answers that are remembered of each zone.
  static let rememberedAnswers = 16
  /// The fewest answers that bar a zone.
  static let fewestAnswers = 8
  /// The refused trials after which questions about a zone no longer wait for the next trial.
  static let trialsBeforeGivingUp = 4
  /// The longest pause between trials, in first pauses.
  private static let longestPause: Int64 = 64
  /// The most zones that are remembered.
  private static let mostZones = 4096

  private struct Key: Hashable {
    var zone: DomainName
    var type: RecordType
  }

  private struct Record {
    /// The last answers, the newest in the lowest bit; a set bit is a refusal.
    var answers: UInt16 = 0
    var count = 0
    var bar: Bar?

    mutating func add(isRefusal: Bool) {
      answers = answers << 1 | (isRefusal ? 1 : 0)
      count = min(count + 1, rememberedAnswers)
    }

    var refusals: Int { answers.nonzeroBitCount }
    var isMostlyRefused: Bool { count >= fewestAnswers && refusals * 4 >= count * 3 }
  }

  private struct Bar {
    var until: Moment
    var refusedTrials = 0
    var isTrialOpen = false

    var isGivenUp: Bool { refusedTrials >= trialsBeforeGivingUp }
  }

  /// The first pause of a barred zone, in nanoseconds.
  private let firstPause: Int64
  private var records: [Key: Record] = [:]
  private var barCount = 0

  /// Makes an empty record.
  ///
  /// - Parameter firstPause: The pause before the first trial of a barred zone, in nanoseconds.
  init(firstPause: Int64) { self.firstPause = firstPause }

  /// The zone that a refusal is about: the last two labels, or three beneath a name such as `com.cn`.
  static func zone(of name: DomainName) -> DomainName {
    let two = name.suffix(labels: 2)
    return two.wire.count == 8 && two.wire[0] == 3 && name.labelCount > 2 ? name.suffix(labels: 3) : two
  }

  private static func key(_ name: DomainName, _ type: RecordType) -> Key {
    Key(zone: zone(of: name).lowercased, type: type)
  }

  /// Whether a question may be asked now.
  func admission(of name: DomainName, _ type: RecordType, at now: Moment) -> Admission {
    guard barCount > 0, let bar = records[Self.key(name, type)]?.bar, now < bar.until else { return .open }
    return bar.isGivenUp ? .never : .after(bar.until)
  }

  /// Whether no type of a name's zone is barred.
  func accepts(_ name: DomainName) -> Bool {
    guard barCount > 0 else { return true }
    let zone = Self.zone(of: name).lowercased
    return !records.contains { $0.key.zone == zone && $0.value.bar != nil }
  }

  /// Records that a question is sent; in a barred zone it is the trial, and others wait for its outcome.
  mutating func recordQuery(_ name: DomainName, _ type: RecordType, at now: Moment) {
    guard barCount > 0 else { return }
    let key = Self.key(name, type)
    guard records[key]?.bar != nil else { return }
    records[key]?.bar?.isTrialOpen = true
    records[key]?.bar?.until = now + firstPause
  }

  /// Records a refusal.
  ///
  /// - Returns: Whether the zone is barred, so that the refusal says nothing about the name.
  mutating func recordRefusal(of name: DomainName, _ type: RecordType, at now: Moment) -> Bool {
    let key = Self.key(name, type)
    guard records[key] != nil || records.count < Self.mostZones else { return false }
    var record = records[key] ?? Record()
    record.add(isRefusal: true)
    if var bar = record.bar {
      if bar.isTrialOpen {
        bar.isTrialOpen = false
        bar.refusedTrials += 1
        bar.until = now + firstPause * min(Self.longestPause, 1 << Int64(min(bar.refusedTrials, 32)))
        record.bar = bar
      }
    } else if record.isMostlyRefused {
      record.bar = Bar(until: now + firstPause)
      barCount += 1
    }
    records[key] = record
    return record.bar != nil
  }

  /// Records an answer that is not a refusal: it lifts the bar of the zone.
  mutating func recordAnswer(about name: DomainName, _ type: RecordType) {
    guard !records.isEmpty else { return }
    let key = Self.key(name, type)
    guard var record = records[key] else { return }
    if record.bar != nil {
      barCount -= 1
      record = Record()
    }
    record.add(isRefusal: false)
    records[key] = record.refusals == 0 ? nil : record
  }

  /// The share of refusals among a zone's last answers, while it is not barred.
  func share(of name: DomainName, _ type: RecordType) -> Double {
    guard let record = records[Self.key(name, type)], record.bar == nil, record.count >= Self.fewestAnswers
    else {
      return 0
    }
    return Double(record.refusals) / Double(record.count)
  }

  /// The zones that are barred now, with the type where it is not every type that was refused.
  var barred: [String] {
    var types: [DomainName: [RecordType]] = [:]
    for (key, record) in records where record.bar != nil { types[key.zone, default: []].append(key.type) }
    return types.map { zone, types in
      types.count == 1 ? "REFUSED for \(zone) \(types[0])" : "REFUSED for \(zone)"
    }.sorted()
  }
}
