-- Amounts given up, each in its latest known version.
-- grain:  one row per write_off_id
-- source: raw.superseded, raw.write_offs
select
    received.write_off_id as write_off_id,
    received.invoice_id as invoice_id,
    received.source_id as source_id,
    received.written_off_on as written_off_on,
    received.written_off_day as written_off_day,
    received.written_off_month as written_off_month,
    received.amount as amount,
    received.reason as reason,
    received._batch as _batch,
    received._line as _line
from raw.write_offs as received
left join raw.superseded as superseded
    on superseded.dataset = 'write_offs'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null
