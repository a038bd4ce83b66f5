// SPDX-License-Identifier: Apache-2.0

/// Values that are likely to take an unusual path through the rules.
enum ProofSamples {
  static let regions = [
    "us-east-1", "eu-central-1", "aws-global", "cn-north-1", "us-gov-west-1", "local", "", "us-east-99",
    "us-iso-x-1", "xx-east-1", "US-EAST-1", "a.b", "-us-east-1", "us-eäst-1",
  ]
  static let urls = [
    "https://example.com", "http://example.com:8080/path", "https://[2001:db8::1]:443/a//./b/../c d",
    "https://127.0.0.1/x/", "HTTPS://Example.com/a;b", "https://abc.s3.us-west-2.amazonaws.com",
    "https://example.com?a=b", "https://user@host#f", "https://example.com:99999", "ftp://example.com", "",
    "https://[fe80::1%25eth0]", "https://[1.2.3.4]", "https://é.example/ü",
  ]
  static let labels = ["bucket-name", "abc", "123456789012", "my-stream", "us-west-2", "a--use1-az1--x-s3"]
  static let badLabels = ["bucket_name", "", "a b", "-a", "a..b", "ünïcode", "a-", "A_"]
  static let texts =
    labels + badLabels + [
      "my.bucket", "Bucket", "1.2.3.4", "key/with space", "preferred", "required", "disabled", "data",
      "control",
      "test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3", "bucket--usw2-az1--xa-s3",
      "01234567890123456789012345678901234567890123456789012345678901234",
    ]
  static let arns = [
    "arn:aws:s3:us-west-2:123456789012:accesspoint:myendpoint",
    "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap",
    "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/myendpoint",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/reports",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:bucket:mybucket",
    "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint:mybanner", "arn:aws:s3:::bucket",
    "arn:aws:dynamodb:us-east-1:123456789012:table/name",
    "arn:aws:kinesis:us-east-1:123456789012:stream/test-stream/consumer/c:1", "arn:aws:s3:r:a:a::b/c",
  ]
}
