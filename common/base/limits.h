/* Every limit of jibao in one place. A refusal quotes the limit it met. */
#ifndef JB_LIMITS_H
#define JB_LIMITS_H

#define JB_MESSAGE_BYTES_MAX (1024 * 1024)
#define JB_FRAMES_MAX 4
#define JB_ANSWER_PAGE_BYTES_MAX (512 * 1024)
#define JB_SUBMISSION_ROWS_MAX 2000
#define JB_CODE_BYTES_MAX 64
#define JB_SHORT_TEXT_BYTES_MAX 4096
#define JB_TEXT_FIGURE_BYTES_MAX (64 * 1024)
#define JB_ATTACHMENTS_MAX 32
#define JB_FINDINGS_MAX 1000
#define JB_SUGGESTIONS_MAX 20   /* names looked for in one message: each walks over the catalogue */
#define JB_FIGURE_DIGITS_MAX 18 /* a mantissa is below 10^18 */
#define JB_DECIMALS_MAX 9

#define JB_CATALOG_BYTES_MAX (64 * 1024 * 1024)
#define JB_CATALOG_INDICATORS_MAX 20000
#define JB_CATALOG_UNITS_MAX 100000
#define JB_CATALOG_DEPTH_MAX 8
#define JB_CATALOG_FAN_OUT_MAX 4096
#define JB_CATALOG_NODES_MAX 4000000  /* words, lists and maps in the YAML */
#define JB_CATALOG_NESTING_MAX 16     /* of lists and maps in the YAML */
#define JB_CATALOG_PARENTS_MAX 64     /* dated parents of a unit; stays of a unit in one list */
#define JB_CATALOG_DUTIES_MAX 8000000 /* unit x indicator x form */
#define JB_CATALOG_HOLIDAYS_MAX 4096  /* and as many weekend days that are worked */
#define JB_FREE_DAYS_MAX 31           /* in a row without work */
#define JB_SCHEDULE_DAYS_MAX 400      /* of a rule, from the period's last day */
#define JB_SCHEDULE_AWAY_MAX 1100     /* days of a given date from it: three years */
#define JB_CATALOG_RULES_MAX 10000    /* written, and made from parts 其中 */
#define JB_RULE_TERMS_MAX 32          /* on one side */

#define JB_PERIOD_AMENDMENTS_MAX 10000 /* of one period; reopened units likewise */
#define JB_PERIOD_ACTS_MAX 1000        /* acts of one period that are listed */

#define JB_UNIT_CONTACTS_MAX 8
#define JB_CONTACT_UNITS_MAX 2000 /* in one change of contacts */
#define JB_CONTACT_NAME_BYTES_MAX 128
#define JB_CONTACT_NUMBER_BYTES_MAX 64
#define JB_CONTACT_EMAIL_BYTES_MAX 128
#define JB_CONTACT_NOTE_BYTES_MAX 256

#define JB_BATCH_SUBMISSIONS_MAX 1024
#define JB_BATCH_FIGURES_MAX 50000
#define JB_WATCHES_MAX 10000
#define JB_OPEN_FILES_WANTED 10240 /* 10,000 connections, and what the daemon itself opens */
#define JB_PINNED_MAX 256
#define JB_PIN_MS_MAX 30000
#define JB_KEY_WATCHES_MAX 64      /* open watches of one key */
#define JB_KEY_PINS_MAX 16         /* answers of one key whose further pages are kept */
#define JB_KEY_MESSAGES_PER_S 2000 /* of one key, at each door */
#define JB_KEY_MESSAGE_BYTES_PER_S (64 * 1024 * 1024)
#define JB_CHANGELOG_DAYS_MAX 30
#define JB_CHANGELOG_BYTES_MAX (1024LL * 1024 * 1024)
#define JB_MAP_BYTES_DEFAULT (64ULL << 30)
#define JB_STORE_READERS_MAX 1024
#define JB_ALARM_PERCENT 70

#define JB_FILE_BYTES_MAX (16 * 1024 * 1024) /* a figures file */
#define JB_FILE_ROWS_MAX 100000
#define JB_FILE_FILINGS_MAX 10000
#define JB_FILE_COLUMNS_MAX 1024
#define JB_FILE_COMMENTS_MAX 1000
#define JB_FILE_FIELD_BYTES_MAX (JB_TEXT_FIGURE_BYTES_MAX + 16)

#define JB_ZIP_ENTRIES_MAX 4096
#define JB_ZIP_NAME_BYTES_MAX 255
#define JB_ZIP_ENTRY_BYTES_MAX (64 * 1024 * 1024) /* unpacked */
#define JB_ZIP_BYTES_MAX (128 * 1024 * 1024)      /* unpacked, all entries together */
#define JB_ZIP_RATIO_MAX 400                      /* unpacked to packed ... */
#define JB_ZIP_RATIO_BYTES_MIN (1024 * 1024)      /* ... of entries larger than this */
#define JB_XML_DEPTH_MAX 64
#define JB_WORKBOOK_SHEETS_MAX 256
#define JB_WORKBOOK_CELLS_MAX 1000000 /* that are not empty, in all sheets together */
#define JB_WORKBOOK_STRINGS_MAX 1000000
#define JB_WORKBOOK_STYLES_MAX 65536
#define JB_WORKBOOK_MERGES_MAX 65536
#define JB_WORKBOOK_CELL_BYTES_MAX (32767 * 4) /* a spreadsheet takes 32,767 characters */
#define JB_WORKBOOK_MEMORY_MAX (192 * 1024 * 1024)
#define JB_SHEET_ROWS_MAX 1048576 /* of the format */
#define JB_SHEET_COLUMNS_MAX 16384

#define JB_DOCUMENT_BYTES_MAX (64 * 1024 * 1024) /* of one part of a Word document */
#define JB_PACKAGE_BYTES_MAX (256 * 1024 * 1024) /* of a document's parts before compression */
#define JB_PACKAGE_PARTS_MAX 1024
#define JB_PDF_SECONDS_MAX 120 /* of the conversion of one document */

#define JB_PORT_WRITE 5570
#define JB_PORT_READ 5571

#endif
