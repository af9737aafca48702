/* What went wrong, as application/problem+json (RFC 9457), with the texts that the command line
 * shows: findings in full, each with place, got, expected and advice. */
#ifndef JB_PROBLEM_H
#define JB_PROBLEM_H

#include "backend.h"
#include "http.h"
#include "net/wire_json.h"

/* type is "urn:jibao:<name>"; the texts are translated already. */
struct jb_problem {
    uint32_t status;
    const char *name;   /* "not-found" */
    const char *title;  /* what is wrong */
    const char *detail; /* what to do; "" none */
};
void jb_problem_reply(jb_request *request, const struct jb_problem *problem);
/* One finding, which says all. */
void jb_problem_finding(jb_request *request, enum jb_finding_code code, const char *got,
                        const char *expected);
/* Findings of an answer that have an error among them: the status is the first error's. */
void jb_problem_findings(jb_request *request, const struct jb_findings *findings);
/* A REFUSED of the aggregator. */
void jb_problem_refused(jb_request *request, struct jb_slice payload);
/* A question that could not be read. */
void jb_problem_question(jb_request *request, const struct jb_wire_json_why *why);
/* The aggregator did not answer. */
void jb_problem_unreached(jb_request *request, enum jb_trouble trouble);
/* Whatever the aggregator told that is not the answer that was wanted. False: it is, and nothing
 * was replied. */
bool jb_problem_told(jb_request *request, const struct jb_told *told, enum jb_kind wanted);
/* As many questions wait as may. */
void jb_problem_busy(jb_request *request);

#endif
