/* What goes to a department is Chinese whatever the writer's language: none of it is translated. */
#include "notice_text.h"

#include "files/demonstration.h"

static void put_day(struct jb_buf *out, jb_date day)
{
    int year, month, number;
    jb_date_split(day, &year, &month, &number);
    jb_buf_printf(out, "%d年%d月%d日", year, month, number);
}

static void put_chased(const struct jb_status_row *row, struct jb_buf *out)
{
    jb_buf_printf(out, "应报%u行，已报%u行", row->rows_expected, row->rows_reported);
    if (row->verdict.dated) {
        jb_buf_printf(out, "，应于");
        put_day(out, row->verdict.due_on);
        jb_buf_printf(out, "前报送");
    }
    if (row->verdict.overdue_days)
        jb_buf_printf(out, "，已逾期%u天", row->verdict.overdue_days);
    jb_buf_printf(out, "。\n");
}

static void put_returned(const struct jb_filing_act *act, struct jb_buf *out)
{
    jb_buf_printf(out, "已退回");
    if (act && act->note.len)
        jb_buf_printf(out, "：%.*s", JB_ARG(act->note));
    jb_buf_printf(out, "。\n");
    for (uint32_t i = 0; act && i < act->reason_count; i++)
        jb_buf_printf(out, "    %.*s：%.*s\n", JB_ARG(act->reasons[i].indicator),
                      JB_ARG(act->reasons[i].reason));
}

void jb_notice_write(const struct jb_notice_draft *draft, struct jb_buf *out)
{
    char period[JB_PERIOD_TEXT_SIZE];
    jb_period_format_zh(draft->period, period);
    if (draft->demonstration)
        jb_buf_printf(out, "【" JB_DEMONSTRATION_WORD "】\n");
    jb_buf_printf(out, "%s\n", draft->correction ? "更正通知" : "催报通知");
    if (draft->number.len)
        jb_buf_printf(out, "%.*s\n", JB_ARG(draft->number));
    jb_buf_printf(out, "%.*s：\n", JB_ARG(draft->unit_name));
    jb_buf_printf(out,
                  draft->correction ? "  你单位%s下列报表需要更正：\n"
                                    : "  你单位%s下列报表尚未报齐：\n",
                  period);
    for (uint32_t i = 0; i < draft->count; i++) {
        const struct jb_status_row *row = draft->items[i].row;
        jb_buf_printf(out, "  %u. %.*s：", i + 1, JB_ARG(row->form_title_zh));
        if (draft->correction)
            put_returned(draft->items[i].returned, out);
        else
            put_chased(row, out);
    }
    jb_buf_printf(out, "  请");
    if (draft->has_due) {
        jb_buf_printf(out, "于");
        put_day(out, draft->due_on);
        jb_buf_printf(out, "前");
    } else {
        jb_buf_printf(out, "尽快");
    }
    jb_buf_printf(out, draft->correction ? "更正后重新报送。\n" : "报齐。\n");
    put_day(out, draft->today);
    jb_buf_printf(out, "\n");
}
