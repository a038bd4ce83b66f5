#include "CCatalogImage.h"

// #embed is newer than the default language version of the compilers in use, all of which have it.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t image[] = {
#embed "catalog.image"
};

static const uint8_t facts[] = {
#embed "../../Resources/facts/host-names.json"
};

static const uint8_t clients[] = {
#embed "../../Resources/facts/clients.json"
};

static const uint8_t evidence[] = {
#embed "evidence.image"
};

static const uint8_t older_rules[] = {
#embed "older.rules"
};

static const uint8_t address_ranges[] = {
#embed "../../Resources/ip-ranges/aws.packed"
};

const uint8_t *egress6_catalog_image(size_t *count) {
  *count = sizeof image;
  return image;
}

const uint8_t *egress6_facts(size_t *count) {
  *count = sizeof facts;
  return facts;
}

const uint8_t *egress6_clients(size_t *count) {
  *count = sizeof clients;
  return clients;
}

const uint8_t *egress6_evidence(size_t *count) {
  *count = sizeof evidence;
  return evidence;
}

const uint8_t *egress6_address_ranges(size_t *count) {
  *count = sizeof address_ranges;
  return address_ranges;
}

const uint8_t *egress6_older_rules(size_t *count) {
  *count = sizeof older_rules;
  return older_rules;
}
