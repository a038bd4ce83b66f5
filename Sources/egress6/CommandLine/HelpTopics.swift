// SPDX-License-Identifier: Apache-2.0

/// A concept that `egress6 help TOPIC` explains.
enum HelpTopic: String, CaseIterable {
  case output
  case exitCodes = "exit-codes"
  case environment
  case data
  case support
  case resolvers

  /// The page.
  var text: String {
    switch self {
    case .output: Self.outputPage
    case .exitCodes: Self.exitCodesPage
    case .environment: Self.environmentPage
    case .data: Self.dataPage
    case .support: Self.supportPage
    case .resolvers: Self.resolversPage
    }
  }

  private static let outputPage = """
    OUTPUT

    The result is on standard output, in one format:

      -o table   for people (default): columns are never cut, color on a terminal only
      -o json    one document: {"schema": "egress6/NAME/v1", ..., "rows": [...]}
      -o jsonl   one object a line
      -o csv     RFC 4180, first line names the fields
      -o md      a Markdown table

    --json is the same as -o json. --fields a,b,c chooses and orders fields (an unknown name lists those that
    exist), --sort FIELD or --sort -FIELD orders rows, --no-headers leaves out the first line of table and csv. A table
    shows the main fields unless others are named; the other formats have all.
    Keys are snake_case, times are ISO 8601 in UTC. An empty result is an empty list with exit code 0.

    Everything else (progress, notes, errors) is on standard error; --quiet leaves out all but errors.
    Color: --color always|never, then NO_COLOR, then CLICOLOR_FORCE, then whether it is a terminal. No meaning is
    carried by color alone.

    """

  private static var exitCodesPage: String {
    "EXIT CODES\n\n"
      + ExitStatus.allCases.map { status in
        let code = String(status.rawValue)
        return "  " + String(repeating: " ", count: 3 - code.count) + code + "  " + status.meaning + "\n"
      }.joined()
        + """

        A signal that ends another command gives 128 and its number: 129 (SIGHUP), 130 (SIGINT), 143 (SIGTERM). Files are
        written whole or not at all: nothing half-written is left.


        """
  }

  private static let environmentPage = """
    ENVIRONMENT

      EGRESS6_STORE       the store that scan writes and map, changes, export, resolve, configure,
                          exec and lint read (flag: --store)
      EGRESS6_CATALOG     a catalog image to use instead of the built-in one (flag: --catalog)
      EGRESS6_RESOLVER    resolvers, separated by commas (flag: --resolver)
      EGRESS6_RATE        queries a second to each resolver (flag: --rate)
      XDG_DATA_HOME       where the default store is: $XDG_DATA_HOME/egress6/map.sqlite,
                          else ~/.local/share/egress6/map.sqlite
      NO_COLOR            no color, where not empty
      CLICOLOR_FORCE      color without a terminal, where not 0
      COLUMNS             the width of help texts

    A flag wins over its variable, a variable over the default.

    'egress6 resolve --client', 'egress6 exec' and 'egress6 lint' without files also read the variables of the client
    (AWS_REGION, AWS_PROFILE, AWS_CONFIG_FILE, AWS_ENDPOINT_URL and so on) and the shared files that they lead to;
    resolve and lint take the variables of --env-file instead. 'egress6 exec' sets some of them for the command.

    """

  private static let dataPage = """
    DATA

    egress6 has one SDK release built in: the catalog. It says which names exist on paper (evidence: declared).
    'egress6 catalog show' tells release, date and hash; 'egress6 catalog import' reads a newer one.

    It has public evidence built in, too: what others measured or AWS listed, with its date, for the partition aws.
    'egress6 map' shows it for every service and region that you never scanned; a scan of yours always wins.
    --at DATE takes only what was known by then; --evidence resolved and 'egress6 export' leave it out.
    'egress6 resolve' adds a note where a scan, else public evidence, says that a name has no IPv6 or does not exist.

    'egress6 scan' asks DNS for each of those names and stores each answer with its time and resolver.
    Each host has one answer per address family:

      yes          records exist
      no           the name exists, without records of this family (NODATA)
      absent       the name does not exist (NXDOMAIN)
      unknown      the lookup failed (time-out, SERVFAIL, ...), or its addresses prove nothing: the last known
                   answer is kept
      synthesised  the only AAAA records come from DNS64: the name has no IPv6 of its own
      private      the answer of a private zone, such as an interface endpoint's; it says nothing about
                   the public name

    Only addresses of the public internet count: no loopback, private, reserved or documentation addresses,
    whatever a filter or a VPN puts there. The addresses of an AWS name must also be in the ranges that AWS
    publishes; others count when a second resolver (--resolver, twice) gives them, too. The field
    outside_aws_ranges of the list of hosts names them; scan --ip-ranges FILE takes a newer list.

    A scan that takes the addresses from more than 2 % of the names at once is not believed. What was known
    stays, and the new answers are held back (the field held) until another resolver, or a scan a day later,
    says the same. One loss, or a few, count at once when a second resolver or the authority confirms each.

    Each answer that is shown says how old it is. History is kept: map --at DATE, changes --since DATE.

    """

  private static let supportPage = """
    SUPPORT

    Per service and region, from the answers for its names:

      ipv6      the default name has IPv6: nothing to set
      opt-in    only the dual-stack name has IPv6: a client must be told (AWS_USE_DUALSTACK_ENDPOINT, ...)
      ipv4      names exist, none has IPv6
      none      no name exists
      unknown   not measured, or every lookup failed so far

    opt-in+ is opt-in at least: the dual-stack name has IPv6, and nothing is known of the default name ("at_least"
    in JSON and CSV).

    A service has endpoint groups: names for one purpose, such as S3's buckets, access points and websites. The map
    shows the main group, which an ordinary call of a client with default settings uses; --groups shows all. A
    group is named after what its names have in common; one name of each variant decides for it.

    Evidence tells how far that is proven, strongest first:

      resolved    our own DNS lookups: AAAA records exist, or are known not to exist
      reported    a third party measured DNS, on the date that is shown
      documented  AWS lists the name, in documents of the date that is shown
      inferred    by analogy with similar services
      declared    the SDK's rules build a name. That is never support: the support is unknown

    connected, verified and served are reserved for stronger proof than DNS. All below 'resolved' is public evidence,
    and so is a cell with a letter (r, d, i) in a grid. Signs and marks behind it are reasons to doubt it:

      #  count          all names of the service but a few have this support, and which ones is not known
      *  unproven-name  whether this region has the name is not known
      !  contradicted   another source says the opposite
      <  old            an older source than the others

    IPv4 that is public evidence of more than a year ago is no longer a no: 'IPv4 2025-11' in a grid, stale in JSON.
    Ask DNS again: egress6 scan. The percentage of a summary is of the cells in the column 'known'.

    """

  private static let resolversPage = """
    RESOLVERS

    A map is as true as the resolver that was asked. So 'egress6 scan' judges each resolver before it writes
    anything, every few seconds during the scan and at its end, by names with known answers: names that have had A
    and AAAA records for years, names of the last scan, and random names that cannot exist. The verdicts:

      good               it finds the first and denies the others
      dns64              good, and it makes IPv6 answers itself; those are left out
      not-judged         --trust-resolver was given
      silent             it answers less than half of the questions within 3 seconds
      fails              most of its answers are errors (SERVFAIL, REFUSED, truncated without TCP, ...)
      denies-everything  no name exists for it: it does not see the public DNS
      denies-some        a tenth of the names that must exist is missing, or all names of a zone
      invents-addresses  names that cannot exist have addresses of their own, as behind some proxies
      rewrites-nxdomain  names that cannot exist lead to one search page or portal
      hides-aaaa         names that have A and AAAA records have A records only
      blocks             names that exist have the address 0.0.0.0, or are withheld by a policy

    With several resolvers, bad ones are left out at the start. When none is good, or one begins to give false
    answers, the scan stops with exit code 4: the run is rejected, none of its answers is kept, and the map stays
    as it was. When all become silent or fail, what was saved stays for --resume. A scan that finds no name at all
    is rejected, too.

    A scan is complete with exit code 4 when more than 2 % of its looks failed; the map then says so.
    'egress6 export --what runs' lists the verdict of each run.

    """
}
