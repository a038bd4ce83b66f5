// SPDX-License-Identifier: Apache-2.0

// How long does the CRT's tree engine (aws-c-sdkutils) resolve the cases that rules-bench and bench_rules.py measure?
//
// Input: the folder that bench_rules.py lays out. Output: lines "name median minimum", nanoseconds of CPU time a resolve with
// parameters made beforehand; the last line is the mean over AWS's own cases.

#include <aws/common/allocator.h>
#include <aws/common/file.h>
#include <aws/common/json.h>
#include <aws/sdkutils/endpoints_rule_engine.h>
#include <aws/sdkutils/partitions.h>
#include <aws/sdkutils/sdkutils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAXIMUM_SETS = 1024, MAXIMUM_CASES = 32768, REPETITIONS = 21 };

static struct aws_allocator *allocator;
static struct {
  char name[128];
  struct aws_endpoints_rule_engine *engine;
} sets[MAXIMUM_SETS];
static int set_count;

static struct aws_byte_buf contents(const char *folder, const char *name) {
  char path[4096];
  if (folder) snprintf(path, sizeof path, "%s/%s", folder, name);
  struct aws_byte_buf buffer;
  if (aws_byte_buf_init_from_file(&buffer, allocator, folder ? path : name)) {
    fprintf(stderr, "crt-bench: %s cannot be read\n", folder ? path : name);
    exit(66);
  }
  return buffer;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static struct aws_endpoints_rule_engine *engine(struct aws_byte_cursor name) {
  for (int index = 0; index < set_count; index++)
    if (aws_byte_cursor_eq_c_str(&name, sets[index].name)) return sets[index].engine;
  fprintf(stderr, "crt-bench: there is no rule set " PRInSTR "\n", AWS_BYTE_CURSOR_PRI(name));
  exit(65);
}

struct test {
  char name[64];
  struct aws_endpoints_rule_engine *engine;
  struct aws_endpoints_request_context *context;
};

static int add_parameter(
  const struct aws_byte_cursor *key, const struct aws_json_value *value, bool *out_continue, void *user_data) {
  (void)out_continue;
  struct test *test = user_data;
  struct aws_byte_cursor text;
  bool flag;
  if (!aws_json_value_get_string(value, &text))
    return aws_endpoints_request_context_add_string(allocator, test->context, *key, text);
  if (!aws_json_value_get_boolean(value, &flag))
    return aws_endpoints_request_context_add_boolean(allocator, test->context, *key, flag);
  struct aws_byte_cursor texts[16];
  size_t count = aws_json_get_array_size(value);
  if (count > 16) return AWS_OP_ERR;
  for (size_t index = 0; index < count; index++)
    if (aws_json_value_get_string(aws_json_get_array_element(value, index), &texts[index])) return AWS_OP_ERR;
  return aws_endpoints_request_context_add_string_array(allocator, test->context, *key, texts, count);
}

static int read_cases(const char *folder, const char *file, struct test *tests) {
  struct aws_byte_buf buffer = contents(folder, file);
  struct aws_byte_cursor rest = aws_byte_cursor_from_buf(&buffer), line;
  AWS_ZERO_STRUCT(line);
  int count = 0;
  while (aws_byte_cursor_next_split(&rest, '\n', &line)) {
    if (line.len == 0) continue;
    struct aws_json_value *json = aws_json_value_new_from_string(allocator, line);
    struct aws_byte_cursor service, name;
    struct aws_json_value *named = aws_json_value_get_from_object(json, aws_byte_cursor_from_c_str("name"));
    aws_json_value_get_string(
      aws_json_value_get_from_object(json, aws_byte_cursor_from_c_str("service")), &service);
    struct test *test = &tests[count++];
    if (named && !aws_json_value_get_string(named, &name))
      snprintf(test->name, sizeof test->name, PRInSTR, AWS_BYTE_CURSOR_PRI(name));
    test->engine = engine(service);
    test->context = aws_endpoints_request_context_new(allocator);
    if (aws_json_const_iterate_object(
          aws_json_value_get_from_object(json, aws_byte_cursor_from_c_str("params")), add_parameter, test)) {
      fprintf(stderr, "crt-bench: line %d of %s has a parameter of no known type\n", count, file);
      exit(65);
    }
    aws_json_value_destroy(json);
    if (count == MAXIMUM_CASES) break;
  }
  return count;
}

static bool resolve(const struct test *test) {
  struct aws_endpoints_resolved_endpoint *endpoint = NULL;
  bool is_endpoint = !aws_endpoints_rule_engine_resolve(test->engine, test->context, &endpoint) && endpoint &&
    aws_endpoints_resolved_endpoint_get_type(endpoint) == AWS_ENDPOINTS_RESOLVED_ENDPOINT;
  aws_endpoints_resolved_endpoint_release(endpoint);
  return is_endpoint;
}

static int compare(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return difference < 0 ? -1 : difference > 0;
}

static void measure(const char *name, const struct test *tests, int count, int rounds) {
  double times[REPETITIONS];
  for (int repetition = 0; repetition < REPETITIONS; repetition++) {
    double start = now();
    for (int round = 0; round < rounds; round++)
      for (int index = 0; index < count; index++) resolve(&tests[index]);
    times[repetition] = (now() - start) / rounds / count;
  }
  qsort(times, REPETITIONS, sizeof *times, compare);
  printf("%s %.0f %.0f\n", name, times[REPETITIONS / 2], times[0]);
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: crt-bench FOLDER\n");
    return 64;
  }
  allocator = aws_default_allocator();
  aws_sdkutils_library_init(allocator);
  struct aws_byte_buf json = contents(arguments[1], "partitions.json");
  struct aws_partitions_config *partitions =
    aws_partitions_config_new_from_string(allocator, aws_byte_cursor_from_buf(&json));
  struct aws_byte_buf list = contents(arguments[1], "sets.txt");
  for (char *line = strtok((char *)list.buffer, "\n"); line && set_count < MAXIMUM_SETS; line = strtok(NULL, "\n")) {
    char path[4096];
    if (sscanf(line, "%127s %4095s", sets[set_count].name, path) != 2) break;
    struct aws_byte_buf text = contents(NULL, path);
    struct aws_endpoints_ruleset *rules =
      aws_endpoints_ruleset_new_from_string(allocator, aws_byte_cursor_from_buf(&text));
    sets[set_count].engine = rules ? aws_endpoints_rule_engine_new(allocator, rules, partitions) : NULL;
    if (sets[set_count].engine) set_count++;
  }
  static struct test named[64], all[MAXIMUM_CASES];
  int named_count = read_cases(arguments[1], "bench.jsonl", named);
  for (int index = 0; index < named_count; index++) {
    if (!resolve(&named[index])) {
      fprintf(stderr, "crt-bench: no endpoint for %s\n", named[index].name);
      return 65;
    }
    measure(named[index].name, &named[index], 1, 2000);
  }
  int all_count = read_cases(arguments[1], "cases.jsonl", all);
  char name[64];
  snprintf(name, sizeof name, "mean_of_%d_cases", all_count);
  measure(name, all, all_count, 1);
  return 0;
}
