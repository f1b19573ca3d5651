-- The marts of a company of two entities at the end of October 2026: a pound is 1.2 euro. Figures are by hand.
create schema raw;
create schema mart;

create table mart.run (
    run_id varchar, as_of date, known_at timestamp, started_at timestamp, finished_at timestamp, batches bigint,
    rows_landed bigint, rows_rejected bigint, company varchar, reporting_currency varchar, entity varchar
);
insert into mart.run values (
    'r1', date '2026-10-31', timestamp '2026-11-01 05:00:00', timestamp '2026-11-01 05:00:01',
    timestamp '2026-11-01 05:00:03.5', 3, 40, 2, 'Example', 'EUR', 'DE'
);

create table mart.source (
    source varchar, files bigint, failed_files bigint, records bigint, landed bigint, rejected bigint, non_data bigint,
    unreconciled bigint,
    last_landed_at timestamp, newest_event_on date
);
insert into mart.source values
    ('erp', 2, 0, 42, 40, 2, 0, 0, timestamp '2026-11-01 04:59:00', date '2026-10-31'),
    ('bank', 0, 0, 0, 0, 0, 0, 0, null, null);

create table mart.check (name varchar, severity varchar, faults bigint, sample varchar, title varchar);
insert into mart.check values
    ('aging_is_a_partition', 'error', 0, null, 'Buckets add up to the open amount.'),
    ('rate_is_known', 'warn', 3, 'SEK', 'Every currency has a rate.');

create table mart.aging (
    basis varchar, entity varchar, currency varchar, bucket varchar, bucket_order bigint, items bigint,
    open_amount decimal(38, 3), reporting_amount decimal(38, 3)
);
insert into mart.aging values
    ('due', 'DE', 'EUR', 'current', 1, 4, 1000.00, 1000.00),
    ('due', 'DE', 'EUR', '1-30', 2, 2, 250.10, 250.10),
    ('due', 'DE', 'EUR', '91+', 5, 1, 50.00, 50.00),
    ('due', 'DE', 'GBP', 'current', 1, 1, 100.00, 120.00),
    ('due', 'UK', 'GBP', 'current', 1, 2, 500.00, 600.00),
    ('invoice', 'DE', 'EUR', '0-30', 1, 7, 1300.10, 1300.10),
    ('invoice', 'DE', 'GBP', '0-30', 1, 1, 100.00, 120.00),
    ('invoice', 'UK', 'GBP', '0-30', 1, 2, 500.00, 600.00);

create table mart.open_credit (
    source_id varchar, kind varchar, customer_id varchar, entity varchar, dated_on date, currency varchar,
    open_amount decimal(38, 3), reporting_amount decimal(38, 3)
);
insert into mart.open_credit values
    ('p1', 'payment', 'c1', 'DE', date '2026-10-20', 'EUR', 60.00, 60.00),
    ('p2', 'payment', 'c2', 'DE', date '2026-10-21', 'EUR', 0.07, 0.07),
    ('n1', 'credit', 'c1', 'DE', date '2026-10-22', 'EUR', 20.00, 20.00),
    ('p3', 'payment', 'c3', 'UK', date '2026-10-23', 'GBP', 10.50, 12.60);

create table mart.kpi (
    kpi varchar, as_of date, entity varchar, currency varchar, dimension varchar, member varchar, bucket varchar,
    value decimal(38, 12), unit varchar
);
insert into mart.kpi values
    ('ar_gross', date '2026-10-31', 'DE', 'EUR', '', '', '', 2020.10, 'amount'),
    ('ar_gross', date '2026-10-31', 'DE', 'EUR', 'entity', 'DE', '', 1420.10, 'amount'),
    ('ar_gross', date '2026-10-31', 'UK', 'EUR', 'entity', 'UK', '', 600.00, 'amount'),
    ('aging_due', date '2026-10-31', 'DE', 'EUR', '', '', 'current', 1720.00, 'amount'),
    ('dso', date '2026-10-31', 'DE', 'EUR', '', '', '', 41.5, 'days'),
    ('dso', date '2026-10-31', 'DE', 'EUR', 'entity', 'DE', '', 40.25, 'days'),
    ('dso', date '2026-10-31', 'UK', 'EUR', 'entity', 'UK', '', 45, 'days'),
    ('bpdso', date '2026-10-31', 'DE', 'EUR', 'entity', 'DE', '', 32.25, 'days'),
    ('add', date '2026-10-31', 'DE', 'EUR', 'entity', 'DE', '', 8, 'days'),
    ('cei', date '2026-10-31', 'DE', 'EUR', 'entity', 'DE', '', 91.5, 'percent'),
    ('cei', date '2026-10-31', 'UK', 'EUR', 'entity', 'UK', '', null, 'percent'),
    ('pct_past_due', date '2026-10-31', 'DE', 'EUR', '', '', '', 14.855700, 'percent'),
    ('pct_past_due', date '2026-10-31', 'DE', 'EUR', 'entity', 'DE', '', 21.132, 'percent'),
    ('pct_past_due', date '2026-10-31', 'UK', 'EUR', 'entity', 'UK', '', 0, 'percent'),
    ('pct_past_due', date '2026-10-31', 'DE', 'EUR', 'currency', 'EUR', '', 23.079, 'percent');

create table mart.dispute (
    dispute_id varchar, invoice_id varchar, customer_id varchar, reason varchar, owner varchar, outcome varchar,
    opened_at timestamp, resolved_at timestamp, open boolean, age_days bigint, cycle_days bigint, currency varchar,
    amount decimal(18, 3), reporting_amount decimal(38, 3), open_reporting_amount decimal(38, 3)
);
insert into mart.dispute values
    ('d1', 'i1', 'c1', 'price', null, null, timestamp '2026-10-01', null, true, 30, null, 'EUR', 100.00, 100.00, 100.00),
    ('d2', 'i2', 'c1', 'price', null, null, timestamp '2026-10-05', null, true, 26, null, 'EUR', 40.00, 40.00, 30.00),
    ('d3', 'i3', 'c3', null, null, null, timestamp '2026-10-09', null, true, 22, null, 'GBP', 5.00, 6.00, 6.00),
    ('d4', 'i4', 'c2', 'damage', null, 'valid', timestamp '2026-09-01', timestamp '2026-09-11', false, null, 10, 'EUR', 9.00, 9.00, 0);

create table mart.score_card (as_of date, kind varchar, examples bigint, base_points bigint);
insert into mart.score_card values (date '2026-10-31', 'model', 4113, 520);

create table mart.score_backtest (
    forecast varchar, month bigint, auc decimal(9, 6), brier decimal(9, 6), ece decimal(9, 6), top_fifth decimal(9, 6),
    top_fifth_by_amount decimal(9, 6), top_fifth_best decimal(9, 6)
);
insert into mart.score_backtest values
    ('model', 0, 0.87, 0.13, 0.02, 0.72, 0.59, 0.85),
    ('model', 24318, 0.88, 0.12, 0.05, 0.7, 0.58, 0.82),
    ('model_at_once', 0, 0.86, 0.14, 0.03, 0.7, 0.59, 0.85),
    ('prior_rate', 0, 0.85, 0.14, 0.04, null, 0.59, 0.85);
create table mart.worklist_turnover as select 'EAST-1' as collector, date '2026-10-30' as since, cast(50 as bigint) as listed, cast(4 as bigint) as changed;
insert into mart.worklist_turnover values ('WEST-1', date '2026-10-30', 30, 4);
create table mart.override_kind as select 'EAST-1' as collector, 'pin' as kind, cast(3 as bigint) as overrides;
insert into mart.override_kind values ('WEST-1', 'pin', 2), ('EAST-1', 'snooze', 7);

create table mart.dispute_verdict (dispute_id varchar, reason varchar, open boolean, modelled boolean, verdict varchar);
insert into mart.dispute_verdict values
    ('D1', 'price', true, true, 'valid'),
    ('D2', null, true, false, 'undecidable'),
    ('D3', 'weather', false, false, 'undecidable');

create table mart.discrepancy_rule (rule varchar, looked_at bigint, hits bigint, amount decimal(38, 12));
insert into mart.discrepancy_rule values ('price', 10, 2, 31.50), ('tax', 10, 0, 0);

create table mart.deduction (
    invoice_id varchar, entity varchar, verdict varchar, reporting_amount decimal(38, 12)
);
insert into mart.deduction values
    ('I1', 'DE', 'valid', 12.00), ('I2', 'DE', 'valid', 0.50), ('I3', 'DE', 'undecidable', 7.00), ('I4', 'UK', 'invalid', 3.00);

create table mart.dispute_stage (entity varchar, reason varchar, stage varchar, visits bigint, late bigint);
insert into mart.dispute_stage values ('DE', 'price', 'review', 4, 1), ('UK', 'price', 'review', 2, 2), ('DE', 'tax', 'answer', 1, 0);
