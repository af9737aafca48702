/* What each finding says: its name for programs, a sentence, what to do about it, and whether the
 * same bytes can succeed later. One row a code, in the order of the codes. */
#include "base/text.h"
#include "model/finding.h"

#define RETRY true
#define FINAL false

static const struct entry {
    enum jb_finding_code code;
    const char *name;
    const char *sentence, *advice; /* msgids; the advice may be empty */
    bool retry_helps;
} entries[] = {
    {JB_F_NONE, "none", N_("nothing is wrong"), "", FINAL},
    {JB_F_FILE_UNREADABLE, "file_unreadable", N_("the file cannot be read"),
     N_("Check the path, the permissions, and that it is an ordinary file."), FINAL},
    {JB_F_FILE_TOO_LARGE, "file_too_large", N_("the file is too large"),
     N_("Split it into smaller files."), FINAL},
    {JB_F_FILE_EMPTY, "file_empty", N_("the file holds no rows"),
     N_("Fill in at least one row below the header."), FINAL},
    {JB_F_FILE_ENCODING, "file_encoding", N_("the file's encoding cannot be read"),
     N_("Save it as UTF-8, or name the encoding with --encoding."), FINAL},
    {JB_F_FILE_SYNTAX, "file_syntax", N_("the file is not well-formed CSV"),
     N_("Look for a quotation mark that is not closed, or for a row with too many cells."), FINAL},
    {JB_F_FILE_HEADER, "file_header", N_("the header is not as expected"),
     N_("Use the columns of the template (jibao-agent template)."), FINAL},
    {JB_F_FILE_TOO_MANY_ROWS, "file_too_many_rows", N_("the file has too many rows"),
     N_("Split it into smaller files."), FINAL},
    {JB_F_FIELD_TOO_LONG, "field_too_long", N_("a cell is too long"), N_("Shorten it."), FINAL},
    {JB_F_ENCODING_GUESSED, "encoding_guessed", N_("the file's encoding was guessed"),
     N_("If the text looks wrong, name the encoding with --encoding."), FINAL},
    {JB_F_UNKNOWN_UNIT, "unknown_unit", N_("the catalogue has no such unit"),
     N_("Use the unit's code or full name from the catalogue."), FINAL},
    {JB_F_UNKNOWN_FORM, "unknown_form", N_("the catalogue has no such form"),
     N_("Use a form's code from the catalogue."), FINAL},
    {JB_F_UNKNOWN_INDICATOR, "unknown_indicator", N_("the catalogue has no such indicator"),
     N_("Use the indicator's code or name from the catalogue; fetch the catalogue if yours is "
        "old."),
     FINAL},
    {JB_F_AMBIGUOUS_NAME, "ambiguous_name", N_("several entries of the catalogue bear this name"),
     N_("Use the code instead of the name."), FINAL},
    {JB_F_FORM_NOT_OWED, "form_not_owed", N_("the unit does not owe this form in this period"),
     N_("Check the form and the period."), FINAL},
    {JB_F_PERIOD_SYNTAX, "period_syntax", N_("this is not a reporting period"),
     N_("Write it like 2023-Q2 or 2023年第二季度."), FINAL},
    {JB_F_PERIOD_FREQUENCY, "period_frequency", N_("the period does not fit the form's frequency"),
     N_("Give one period of the form's own length."), FINAL},
    {JB_F_PERIOD_FUTURE, "period_future", N_("the period has not begun"),
     N_("Check the year and the period."), FINAL},
    {JB_F_UNIT_NOT_VALID, "unit_not_valid", N_("the unit does not exist in this period"),
     N_("Check the period, or use the unit that took its place."), FINAL},
    {JB_F_INDICATOR_NOT_VALID, "indicator_not_valid",
     N_("the indicator is not in force in this period"), N_("Leave the row out."), FINAL},
    {JB_F_NOT_IN_FORM, "not_in_form", N_("the indicator is not in this form"),
     N_("Move the row to the form that has the indicator."), FINAL},
    {JB_F_NOT_OWNER, "not_owner", N_("the unit does not report this indicator"),
     N_("Leave the row out; another unit owns the indicator."), FINAL},
    {JB_F_NOT_OWED, "not_owed", N_("the row is not owed in this period"),
     N_("Leave the row out, or check the period."), FINAL},
    {JB_F_DUPLICATE_ROW, "duplicate_row", N_("two rows give the same figure"),
     N_("Keep one of them."), FINAL},
    {JB_F_COMPUTED_INDICATOR, "computed_indicator",
     N_("the indicator is computed and never submitted"),
     N_("Leave the row out; report the figures it is computed from."), FINAL},
    {JB_F_VALUE_SYNTAX, "value_syntax", N_("the value cannot be read"),
     N_("Write a plain number such as 12402 or 461余, or 不涉及, or 撤回."), FINAL},
    {JB_F_TOO_MANY_DECIMALS, "too_many_decimals", N_("the value has too many decimals"),
     N_("Round it to the decimals that the catalogue allows."), FINAL},
    {JB_F_VALUE_TOO_LARGE, "value_too_large", N_("the value is too large"),
     N_("Check the unit of measure."), FINAL},
    {JB_F_NEGATIVE, "negative", N_("the value is below zero"),
     N_("Check the sign; this indicator cannot be negative."), FINAL},
    {JB_F_BASIS_SYNTAX, "basis_syntax", N_("the basis cannot be read"),
     N_("Write period (本期), ytd (本年累计), or since:2021-Q1."), FINAL},
    {JB_F_BASIS_NOT_ALLOWED, "basis_not_allowed", N_("the indicator is not reported on this basis"),
     N_("Use a basis that the catalogue allows."), FINAL},
    {JB_F_STATUS_SYNTAX, "status_syntax", N_("the status cannot be read"),
     N_("Write final (正式), provisional (初步) or estimated (推算)."), FINAL},
    {JB_F_MARK_NOT_ALLOWED, "mark_not_allowed", N_("the indicator takes exact figures only"),
     N_("Give the exact figure, without words such as 余 or 约."), FINAL},
    {JB_F_TEXT_EXPECTED, "text_expected", N_("the indicator takes text, not a number"),
     N_("Write the text in the value cell."), FINAL},
    {JB_F_NUMBER_EXPECTED, "number_expected", N_("the indicator takes a number, not text"),
     N_("Write the number in the value cell."), FINAL},
    {JB_F_TEXT_TOO_LONG, "text_too_long", N_("the text is too long"), N_("Shorten it."), FINAL},
    {JB_F_NOT_APPLICABLE_REFUSED, "not_applicable_refused",
     N_("the indicator cannot be reported as not applicable"), N_("Give a figure; 0 is a figure."),
     FINAL},
    {JB_F_NOTHING_TO_WITHDRAW, "nothing_to_withdraw", N_("there is no figure to withdraw"),
     N_("Leave the row out."), FINAL},
    {JB_F_EMPTY_SUBMISSION, "empty_submission", N_("the submission has no rows"),
     N_("Fill in at least one row."), FINAL},
    {JB_F_TOO_MANY_ROWS, "too_many_rows", N_("the submission has too many rows"),
     N_("Send it in several parts."), FINAL},
    {JB_F_EMPTY_CELL, "empty_cell", N_("the value cell is empty and changes nothing"),
     N_("Write 0 if it is zero, 不涉及 if it does not apply, 撤回 to withdraw what stands."),
     FINAL},
    {JB_F_WRONG_STORE, "wrong_store", N_("the message is meant for another aggregator"),
     N_("Check the address, or fetch the catalogue from this aggregator."), FINAL},
    {JB_F_STALE, "stale", N_("a newer submission of this form stands"),
     N_("Look at the difference with --dry-run; if yours is right, submit it with --supersede."),
     FINAL},
    {JB_F_ID_CONFLICT, "id_conflict", N_("this submission id was used for other content"),
     N_("Submit again with a new id."), FINAL},
    {JB_F_CATALOG_UNKNOWN, "catalog_unknown",
     N_("the aggregator does not know this version of the catalogue"),
     N_("Fetch the catalogue and submit again."), FINAL},
    {JB_F_TRY_LATER, "try_later", N_("the aggregator cannot store this now"),
     N_("Wait and send the same again; nothing was stored."), RETRY},
    {JB_F_NO_CATALOG, "no_catalog", N_("there is no catalogue yet"),
     N_("Load or fetch the catalogue first."), RETRY},
    {JB_F_MALFORMED, "malformed", N_("the message cannot be decoded"),
     N_("Check the program that sent it against the wire contract."), FINAL},
    {JB_F_UNKNOWN_FIELDS, "unknown_fields",
     N_("the message has fields that this version does not know"),
     N_("Update the aggregator, or send without these fields."), FINAL},
    {JB_F_TOO_LARGE, "too_large", N_("the message, or something in it, is too large"),
     N_("Shorten it, or send it in several parts."), FINAL},
    {JB_F_UNSUPPORTED, "unsupported", N_("this request is not supported"),
     N_("Check the request against the wire contract."), FINAL},
    {JB_F_BAD_TEXT, "bad_text", N_("the text has invalid bytes or control characters"),
     N_("Type the text again, or save the file as UTF-8."), FINAL},
    {JB_F_CATALOG_SYNTAX, "catalog_syntax", N_("the catalogue is not well-formed YAML"),
     N_("Correct the line; look at the indentation and the quotation marks."), FINAL},
    {JB_F_CATALOG_UNKNOWN_KEY, "catalog_unknown_key", N_("the catalogue has an unknown key"),
     N_("Correct the key's spelling, or remove it."), FINAL},
    {JB_F_CATALOG_MISSING_KEY, "catalog_missing_key", N_("a required key is missing"),
     N_("Add the key."), FINAL},
    {JB_F_CATALOG_BAD_VALUE, "catalog_bad_value", N_("the value of a key is not allowed"),
     N_("Give a value of the expected kind."), FINAL},
    {JB_F_CATALOG_DUPLICATE, "catalog_duplicate", N_("the same thing is given twice"),
     N_("Keep one of them."), FINAL},
    {JB_F_CATALOG_UNKNOWN_REFERENCE, "catalog_unknown_reference",
     N_("the catalogue refers to something that it does not define"),
     N_("Correct the code, or define what it refers to."), FINAL},
    {JB_F_CATALOG_CYCLE, "catalog_cycle", N_("the references run in a circle"),
     N_("Remove one of the references of the circle."), FINAL},
    {JB_F_CATALOG_LIMIT, "catalog_limit", N_("the catalogue exceeds a limit"),
     N_("Make it smaller."), FINAL},
    {JB_F_CATALOG_CONTRADICTION, "catalog_contradiction",
     N_("two parts of the catalogue contradict each other"), N_("Change one of them."), FINAL},
    {JB_F_CATALOG_CHANGE_REFUSED, "catalog_change_refused",
     N_("the change touches periods that have figures"),
     N_("Let the change begin after the last period that has figures."), FINAL},
    {JB_F_QUERY_FINER_THAN_BASE, "query_finer_than_base",
     N_("the question is finer than the indicator's base period"),
     N_("Ask for whole base periods."), FINAL},
    {JB_F_QUERY_UNKNOWN_SECTION, "query_unknown_section", N_("the catalogue has no such section"),
     N_("Use a section's code from the catalogue."), FINAL},
    {JB_F_QUERY_TOO_MANY, "query_too_many", N_("the question asks for too much at once"),
     N_("Ask for fewer units, indicators or periods."), FINAL},
    {JB_F_QUERY_REVISION, "query_revision", N_("the store has no such revision"),
     N_("Ask for a revision up to the head."), FINAL},
    {JB_F_EXPIRED, "expired", N_("the answer was not read in time and has expired"),
     N_("Ask again."), RETRY},
    {JB_F_BUSY, "busy", N_("the aggregator is busy"), N_("Wait a little and send the same again."),
     RETRY},
    {JB_F_INTERNAL, "internal", N_("the aggregator failed to answer"),
     N_("Tell its operator; the aggregator's log says more."), FINAL},
    {JB_F_FORM_AMBIGUOUS, "form_ambiguous", N_("the unit reports this indicator in several forms"),
     N_("Name the form."), FINAL},
    {JB_F_NOT_SIGNED, "not_signed", N_("the message is not signed"),
     N_("Sign it with your key; the program does so when it is told where the key is."), FINAL},
    {JB_F_BAD_SIGNATURE, "bad_signature", N_("the signature does not fit the message"),
     N_("Send the message as it was signed, for this aggregator, with the key that signed it."),
     FINAL},
    {JB_F_UNKNOWN_KEY, "unknown_key", N_("nobody has allowed this key"),
     N_("Give your public key to whoever manages keys (jibao key allow)."), FINAL},
    {JB_F_KEY_SUSPENDED, "key_suspended", N_("the key, or the person, is suspended"),
     N_("Ask whoever manages keys to resume it (jibao key resume)."), FINAL},
    {JB_F_KEY_REVOKED, "key_revoked", N_("the key, or the person, is revoked for ever"),
     N_("Make a new key and ask for it to be allowed."), FINAL},
    {JB_F_KEY_EXPIRED, "key_expired", N_("the key, or its grant, has expired"),
     N_("Use the key that took its place, or ask for the grant to be renewed."), FINAL},
    {JB_F_GRANT_MISSING, "grant_missing", N_("no grant covers this"),
     N_("Ask whoever manages keys for the grant (jibao key allow)."), FINAL},
    {JB_F_GROUND_MISSING, "ground_missing",
     N_("what is entered for another unit needs to say for whom and on what ground"),
     N_("Give both: who entered it for the unit, and the ground."), FINAL},
    {JB_F_DUTIES_NOT_SEPARATE, "duties_not_separate",
     N_("one hand would have duties that must be apart"),
     N_("Give one of the two roles to another person and another key."), FINAL},
    {JB_F_LAST_SECURITY_KEY, "last_security_key", N_("nobody would be left who manages keys"),
     N_("Allow another key the role security first, without an end."), FINAL},
    {JB_F_UNKNOWN_HOLDER, "unknown_holder", N_("the key is not known here"),
     N_("Check the key; a new holder needs a label."), FINAL},
    {JB_F_UNKNOWN_PERSON, "unknown_person", N_("no such person is enrolled"),
     N_("Check the person's code, or enrol the person with a label first."), FINAL},
    {JB_F_HOLDER_EXISTS, "holder_exists",
     N_("this key or person is known already, as another holder"),
     N_("Use another key, or leave the label as it is."), FINAL},
    {JB_F_RATE_LIMITED, "rate_limited", N_("too much was sent in a short time"),
     N_("Wait a little and send the same again."), RETRY},
    {JB_F_ROUTING_ID, "routing_id", N_("the connection has a routing id of its own choice"),
     N_("Leave the routing id (identity) of the socket unset and connect again."), FINAL},
    {JB_F_NARROWED, "narrowed", N_("only what this key may read is shown"),
     N_("Ask whoever manages keys for a wider grant if you need the rest."), FINAL},
    {JB_F_KEY_CHANGE_EPOCH, "key_change_epoch",
     N_("the change of rights was made before the store was restored, or for another life of it"),
     N_("Look at the keys as they are now and make the change again."), FINAL},
    {JB_F_CATALOG_MOVED, "catalog_moved", N_("another catalogue came into force meanwhile"),
     N_("Look at the catalogue in force and load yours again in its place."), FINAL},
    {JB_F_QUERY_TOO_EARLY, "query_too_early",
     N_("that moment is before anything was kept here: the store, or its first catalogue, is "
        "younger"),
     N_("Ask for a later moment, or leave --as-of out."), FINAL},
    {JB_F_ROLE_NOT_HELD, "role_not_held", N_("the holder has no such role"),
     N_("Look at the roles as they are (jibao key list)."), FINAL},
    {JB_F_RULE_BROKEN, "rule_broken", N_("the figures do not keep a relation"),
     N_("Correct the figure that is wrong; where the relation may be explained, write why in the "
        "note of the row or in the submission's explanation."),
     FINAL},
    {JB_F_RULE_LACKS, "rule_lacks", N_("a relation needs a figure that is not there"),
     N_("Report the figure that is named."), FINAL},
    {JB_F_PART_EXCEEDS, "part_exceeds", N_("a part is larger than its whole"),
     N_("Correct the part or the whole."), FINAL},
    {JB_F_PARTS_SUM, "parts_sum", N_("the parts do not add up to the whole"),
     N_("Correct a part or the whole."), FINAL},
    {JB_F_FAR_FROM_HISTORY, "far_from_history",
     N_("the figure is far from what the unit reported so far"),
     N_("Check the figure and its unit of measure; if it is right, write why in the row's note."),
     FINAL},
    {JB_F_UNCHANGED, "unchanged", N_("every figure is the same as in the period before"),
     N_("Check that the file is this period's; if it is right, write why in the submission's "
        "explanation."),
     FINAL},
    {JB_F_YTD_DISAGREES, "ytd_disagrees",
     N_("the year to date and the periods of the year do not come to the same"),
     N_("Correct this period, or correct an earlier one, or write why in the row's note."), FINAL},
    {JB_F_MARK_UNEXPLAINED, "mark_unexplained",
     N_("the indicator expects an exact figure, and no reason is given"),
     N_("Give the exact figure, or write in the row's note why there is none."), FINAL},
    {JB_F_NOT_APPLICABLE_UNEXPLAINED, "not_applicable_unexplained",
     N_("not applicable needs a reason here"),
     N_("Give a figure; 0 is a figure. Or write in the row's note why it does not apply."), FINAL},
    {JB_F_PERIODS_FREE, "periods_free", N_("the catalogue does not manage periods"),
     N_("Periods are opened, closed and published only where the catalogue says periods: managed."),
     FINAL},
    {JB_F_PERIOD_NOT_OPEN, "period_not_open", N_("the period is not open"),
     N_("Report for a period that is open, or ask whoever manages periods to open it (jibao period "
        "open)."),
     RETRY},
    {JB_F_PERIOD_OPENED, "period_opened", N_("the period was opened already"),
     N_("Nothing is left to do; jibao period show tells by whom and when."), FINAL},
    {JB_F_PERIOD_CLOSED, "period_closed", N_("the period is closed"),
     N_("Ask whoever manages periods to reopen it for the unit, with a reason (jibao period "
        "reopen)."),
     RETRY},
    {JB_F_PERIOD_STILL_OPEN, "period_still_open", N_("the period is still open"),
     N_("Close it first (jibao period close)."), FINAL},
    {JB_F_PERIOD_TRIAL, "period_trial", N_("a trial period is never published"),
     N_("Open the period that is meant to count."), FINAL},
    {JB_F_NOTHING_TO_AMEND, "nothing_to_amend", N_("what is owed stands so already"),
     N_("Look at what is owed with jibao period show and jibao status."), FINAL},
    {JB_F_FIGURES_STAND, "figures_stand", N_("figures stand in what should not be owed"),
     N_("Let the unit withdraw them first, or leave it owed."), FINAL},
    {JB_F_NOT_PUBLIC, "not_public", N_("the indicator is internal"),
     N_("Publish what the catalogue declares public; to make it so, change the catalogue."), FINAL},
    {JB_F_NOTHING_TO_PUBLISH, "nothing_to_publish",
     N_("the catalogue declares no indicator public"),
     N_("Declare indicators public in the catalogue first (public: true)."), FINAL},
    {JB_F_NOTHING_TO_REVIEW, "nothing_to_review",
     N_("nothing was submitted that could be reviewed"), N_("Wait for the unit's submission."),
     RETRY},
    {JB_F_FILING_ACCEPTED, "filing_accepted", N_("the filing was accepted already"),
     N_("Return it if it is wrong after all (jibao filing return)."), FINAL},
    {JB_F_FILING_RETURNED, "filing_returned",
     N_("the filing was returned and waits for its correction"),
     N_("Wait for the unit's correction."), RETRY},
    {JB_F_FILING_EXCUSED, "filing_excused", N_("the filing's lateness was excused already"),
     N_("Nothing is left to do."), FINAL},
    {JB_F_FILING_MOVED, "filing_moved",
     N_("another submission stands than the one that was reviewed"),
     N_("Look at the filing as it is now and review that."), FINAL},
    {JB_F_REVIEWER_SUBMITTED, "reviewer_submitted", N_("who submitted does not review"),
     N_("Let another person review it."), FINAL},
    {JB_F_ACT_EPOCH, "act_epoch",
     N_("the act was signed before the store was restored, or for another life of it"),
     N_("Look at how things stand now and do it again."), FINAL},
    {JB_F_PERIOD_REOPENED_PAST, "period_reopened_past",
     N_("the time until which the period would be reopened is past"), N_("Give a later time."),
     FINAL},
    {JB_F_QUERY_VIEW, "query_view",
     N_("only the published view has releases, and only what is published is public"),
     N_("Ask for the published view, or leave out the release."), FINAL},
    {JB_F_RELEASE_UNKNOWN, "release_unknown", N_("the period has no such release"),
     N_("See which it has (jibao release list)."), FINAL},
    {JB_F_FORM_NOT_YET, "form_not_yet", N_("the form does not take figures of this period yet"),
     N_("Report from the day it opens."), RETRY},
    {JB_F_FORM_LOCKED, "form_locked", N_("the form takes no more figures of this period"),
     N_("Ask whoever manages periods to reopen it for the unit, with a reason (jibao period "
        "reopen)."),
     RETRY},
    {JB_F_LAST_SERVER_KEY, "last_server_key",
     N_("the aggregator would be left without a key that it can start with"),
     N_("Let the next server key take its place first, with an overlap: jibao key rotate "
        "SERVER.pub "
        "--to NEXT.pub --overlap-until TIME."),
     FINAL},
    {JB_F_CONTACT_INVALID, "contact_invalid", N_("the contact cannot be kept like this"),
     N_("Correct the cell; every contact has a role and a name."), FINAL},
    {JB_F_CONTACTS_MOVED, "contacts_moved", N_("the contacts were changed meanwhile"),
     N_("Look at them as they are now and make the change again."), FINAL},
    {JB_F_WORKBOOK, "workbook", N_("the workbook cannot be taken as it is"),
     N_("Save it again from a spreadsheet program, or fill in a new one (jibao-agent template -o "
        "FORM.xlsx)."),
     FINAL},
    {JB_F_WORKBOOK_HEAD, "workbook_head",
     N_("the sheet does not say which form, unit or period it is"),
     N_("Fill in a workbook of jibao-agent template -o FORM.xlsx, whose head says it."), FINAL},
    {JB_F_CELL_KIND, "cell_kind", N_("the cell holds something that is no figure"),
     N_("Write the number itself, or format the cell as text and write it again."), FINAL},
    {JB_F_CELL_LINKED, "cell_linked", N_("the cell takes its value from another file"),
     N_("Write the value itself: copy the cell and paste it as a value."), FINAL},
    {JB_F_SDMX_STRUCTURE, "sdmx_structure", N_("the row is not of this catalogue's data"),
     N_("Check the first three columns: STRUCTURE, STRUCTURE_ID and ACTION."), FINAL},
    {JB_F_SDMX_KEY, "sdmx_key", N_("the row does not say which figure it is"),
     N_("Fill every dimension: a row is one figure of one unit."), FINAL},
    {JB_F_SDMX_VALUE, "sdmx_value",
     N_("the row's value, state and attributes contradict each other"),
     N_("Correct the one that is wrong."), FINAL},
    {JB_F_UNIT_OF_MEASURE, "unit_of_measure",
     N_("the unit of measure is another than the indicator's"),
     N_("Convert the value, and give the catalogue's unit of measure or none."), FINAL},
    {JB_F_SCAN_MISSING, "scan_missing",
     N_("the form is accepted only with the hash of its stamped scan, and the submission names no "
        "attachment"),
     N_("Return it; the unit submits it again with --attach SCAN."), FINAL},
    {JB_F_FORM_NOT_AD_HOC, "form_not_ad_hoc",
     N_("only ad hoc forms are asked for by name, and only on a day"),
     N_("Open a day such as 2023-05-12 with forms of frequency day; what a quarter's forms owe is "
        "corrected with 'jibao period amend'."),
     FINAL},
    {JB_F_GROUPS_OVERLAP, "groups_overlap",
     N_("the groups overlap: a unit stands in both, so their figures must not be added"),
     N_("Ask for the unit above for a total."), FINAL},
};
_Static_assert(JB_COUNT(entries) == JB_F_COUNT_, "every finding code has its row");

static const struct entry *entry_of(enum jb_finding_code code)
{
    const struct entry *entry = &entries[(size_t)code < JB_F_COUNT_ ? code : JB_F_INTERNAL];

    jb_assert(entry->code == code || (size_t)code >= JB_F_COUNT_);
    return entry;
}

const char *jb_finding_code_name(enum jb_finding_code code)
{
    return entry_of(code)->name;
}

jb_err jb_finding_code_parse(const char *name, enum jb_finding_code *ret)
{
    for (size_t i = 0; i < JB_COUNT(entries); i++) {
        if (strcmp(entries[i].name, name) == 0) {
            *ret = entries[i].code;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

const char *jb_finding_sentence(enum jb_finding_code code)
{
    return _(entry_of(code)->sentence);
}

/* gettext answers the empty msgid with the message file's header. */
const char *jb_finding_advice(enum jb_finding_code code)
{
    const char *advice = entry_of(code)->advice;

    return advice[0] != '\0' ? _(advice) : "";
}

const char *jb_finding_sentence_en(enum jb_finding_code code)
{
    return entry_of(code)->sentence;
}

const char *jb_finding_advice_en(enum jb_finding_code code)
{
    return entry_of(code)->advice;
}

bool jb_finding_retry_helps(enum jb_finding_code code)
{
    return entry_of(code)->retry_helps;
}
