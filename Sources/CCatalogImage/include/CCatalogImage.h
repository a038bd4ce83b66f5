#ifndef EGRESS6_CATALOG_IMAGE_H
#define EGRESS6_CATALOG_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/// The catalog image of the pinned SDK release, as written by `egress6 catalog import`.
const uint8_t *egress6_catalog_image(size_t *count);

/// Names outside the SDK rules that workloads need (Resources/facts/host-names.json): JSON text with a source and a date for each row.
const uint8_t *egress6_facts(size_t *count);

/// What AWS clients can be told, and what they do with it (Resources/facts/clients.json): JSON text with sources.
const uint8_t *egress6_clients(size_t *count);

/// The map before the first scan and the first dates of names, as scripts/build-evidence writes them from Resources/evidence.
const uint8_t *egress6_evidence(size_t *count);

/// What older SDK releases say otherwise than the pinned one, as scripts/build-catalog writes it.
const uint8_t *egress6_older_rules(size_t *count);

/// AWS's public address ranges in the packed form of scripts/ip_ranges.py (Resources/ip-ranges).
const uint8_t *egress6_address_ranges(size_t *count);

#endif
