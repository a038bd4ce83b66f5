// SPDX-License-Identifier: Apache-2.0

// Calls services with the AWS SDK for Go v2 and its default configuration, each once.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	background := context.Background()
	settings, err := config.LoadDefaultConfig(background)
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range os.Args[1:] {
		switch name {
		case "s3":
			_, err = s3.NewFromConfig(settings).ListBuckets(background, &s3.ListBucketsInput{})
		case "sns":
			_, err = sns.NewFromConfig(settings).ListTopics(background, &sns.ListTopicsInput{})
		case "sts":
			_, err = sts.NewFromConfig(settings).GetCallerIdentity(background, &sts.GetCallerIdentityInput{})
		default:
			log.Fatal("no call is known of " + name)
		}
		if err != nil {
			log.Fatal(name, ": ", err)
		}
	}
}
