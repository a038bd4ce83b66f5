// SPDX-License-Identifier: Apache-2.0

/// An endpoint rule set as AWS publishes it (Smithy rules engine, versions 1.0 and 1.1): parameters and a tree of rules.
///
/// ``init(json:)`` checks it: references are defined, functions exist and arguments have the right types. A rule set cannot
/// be changed afterwards, so it stays checked.
public struct RuleSet: Sendable, Hashable {
  /// The version of the rules language: `1.0` or `1.1`.
  public let version: String
  /// The declared parameters, in the order of the text.
  public let parameters: [Parameter]
  /// The top-level rules, tried in order.
  public let rules: [Rule]

  /// Makes a rule set from parts that the caller has checked.
  package init(version: String, parameters: [Parameter], rules: [Rule]) {
    self.version = version
    self.parameters = parameters
    self.rules = rules
  }
}

extension RuleSet {
  /// A parameter that a rule set reads.
  public struct Parameter: Sendable, Hashable {
    /// The type of a parameter.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      /// A string.
      case string
      /// A boolean.
      case boolean
      /// A list of strings.
      case stringArray
    }

    /// The parameter's name, such as `Region`.
    public var name: String
    /// The parameter's type.
    public var kind: Kind
    /// The client setting that fills the parameter, such as `AWS::Region`.
    public var builtIn: String?
    /// The value of an unset parameter.
    public var defaultValue: Value?
    /// Whether resolving fails when the parameter has no value.
    public var isRequired: Bool

    /// Makes a parameter.
    public init(
      name: String, kind: Kind, builtIn: String? = nil, defaultValue: Value? = nil, isRequired: Bool = false
    ) {
      self.name = name
      self.kind = kind
      self.builtIn = builtIn
      self.defaultValue = defaultValue
      self.isRequired = isRequired
    }
  }

  /// One rule: conditions, and what holds when all of them do.
  public struct Rule: Sendable, Hashable {
    /// What a rule whose conditions hold leads to.
    public enum Body: Sendable, Hashable {
      /// An endpoint.
      case endpoint(EndpointTemplate)
      /// An error with a message (a string expression).
      case error(Expression)
      /// Further rules, tried in order; when none matches, the rules after this one are tried (fall through).
      case tree([Rule])
    }

    /// The conditions, tried in order.
    public var conditions: [Condition]
    /// What the rule leads to.
    public var body: Body

    /// Makes a rule.
    public init(conditions: [Condition], body: Body) {
      self.conditions = conditions
      self.body = body
    }
  }

  /// A condition: a call that holds unless its result is unset or `false`.
  public struct Condition: Sendable, Hashable {
    /// The function.
    public var function: Function
    /// The arguments.
    public var arguments: [Expression]
    /// The name under which later conditions and child rules see the result.
    public var assign: String?

    /// Makes a condition.
    public init(function: Function, arguments: [Expression], assign: String? = nil) {
      self.function = function
      self.arguments = arguments
      self.assign = assign
    }
  }

  /// An endpoint to be filled in.
  public struct EndpointTemplate: Sendable, Hashable {
    /// The URL, a string expression.
    public var url: Expression
    /// Header names and values, in the order of the text.
    public var headers: [Header]
    /// Properties such as `authSchemes`, in the order of the text.
    public var properties: [Property]

    /// Makes a template.
    public init(url: Expression, headers: [Header] = [], properties: [Property] = []) {
      self.url = url
      self.headers = headers
      self.properties = properties
    }
  }

  /// A header with its value expressions.
  public struct Header: Sendable, Hashable {
    /// The header's name.
    public var name: String
    /// Its values, string expressions.
    public var values: [Expression]

    /// Makes a header.
    public init(name: String, values: [Expression]) {
      self.name = name
      self.values = values
    }
  }

  /// A named property.
  public struct Property: Sendable, Hashable {
    /// The property's name.
    public var name: String
    /// Its value.
    public var value: PropertyTemplate

    /// Makes a property.
    public init(name: String, value: PropertyTemplate) {
      self.name = name
      self.value = value
    }
  }

  /// The value of a property before its templates are filled in.
  public indirect enum PropertyTemplate: Sendable, Hashable {
    /// A string template.
    case string(Template)
    /// A boolean.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A list.
    case array([PropertyTemplate])
    /// A map, in the order of the text.
    case object([Property])
  }

  /// An expression.
  public indirect enum Expression: Sendable, Hashable {
    /// A string with `{Name}` and `{Name#path}` parts; a plain string is a template of one literal.
    case template(Template)
    /// A boolean.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A list of expressions (arguments of version 1.1 functions).
    case array([Expression])
    /// A parameter or an assigned name.
    case reference(String)
    /// A call.
    case call(Function, [Expression])
  }

  /// A string template.
  public struct Template: Sendable, Hashable {
    /// A part of a template.
    public enum Part: Sendable, Hashable {
      /// Text that stands as it is.
      case literal(String)
      /// `{Name}` or `{Name#path}`.
      case reference(String, path: String?)
    }

    /// The parts in order; an empty string has none.
    public var parts: [Part]

    /// Makes a template.
    public init(parts: [Part]) { self.parts = parts }
  }

  /// A function of the rules language; the raw value is its name in the text.
  public enum Function: String, Sendable, Hashable, CaseIterable {
    /// Whether a value is set.
    case isSet
    /// The opposite of a boolean.
    case not
    /// Whether two booleans are equal.
    case booleanEquals
    /// Whether two strings have the same bytes.
    case stringEquals
    /// An attribute or element of a value.
    case getAttr
    /// Some characters of an ASCII string, counted from either end.
    case substring
    /// Whether a string is a host label, or several with dots between them.
    case isValidHostLabel
    /// The parts of a URL.
    case parseURL
    /// A string with everything but unreserved characters percent-encoded.
    case uriEncode
    /// The first argument that is set (version 1.1).
    case coalesce
    /// One of two values, chosen by a boolean (version 1.1).
    case ite
    /// The pieces of a string between delimiters (version 1.1).
    case split
    /// The partition of a region.
    case partition = "aws.partition"
    /// The parts of an Amazon Resource Name.
    case parseArn = "aws.parseArn"
    /// Whether a bucket can stand in a host name.
    case isVirtualHostableS3Bucket = "aws.isVirtualHostableS3Bucket"
  }

  /// A parameter's value.
  public enum Value: Sendable, Hashable {
    /// A string.
    case string(String)
    /// A boolean.
    case boolean(Bool)
    /// A list of strings.
    case stringArray([String])
  }
}
