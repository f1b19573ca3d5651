-- The ledger proper: one row a thing somebody did, in the order in which it was written down, each bound to the one before.

create table ledger (
    id text not null,
    created_at text not null
) strict;

create trigger ledger_is_one before insert on ledger
when (select count(*) from ledger) > 0
begin
    select raise(abort, 'a file holds one ledger');
end;

create trigger ledger_stays before update on ledger
begin
    select raise(abort, 'the identity of a ledger stays');
end;

create trigger ledger_is_kept before delete on ledger
begin
    select raise(abort, 'the identity of a ledger stays');
end;

create table event (
    sequence integer primary key,
    id text not null unique,
    at text not null,
    actor_kind text not null,
    actor text not null,
    subject_kind text not null,
    subject text not null,
    type text not null,
    payload text not null,
    reason text not null,
    key text not null unique,
    messages text not null,
    previous text not null,
    hash text not null unique
) strict;

create index event_of_subject on event (subject_kind, subject, sequence);

-- An insert that replaces a row would delete it without a word: what is not the next of the chain is refused before.
create trigger event_goes_to_the_end before insert on event
when new.sequence <> (select coalesce(max(event.sequence), 0) + 1 from event)
    or (new.sequence > 1 and new.previous <> (select event.hash from event order by event.sequence desc limit 1))
begin
    select raise(abort, 'an event goes to the end of the ledger');
end;

create trigger event_stays before update on event
begin
    select raise(abort, 'an event is never changed');
end;

create trigger event_is_kept before delete on event
begin
    select raise(abort, 'an event is never deleted');
end;

-- How far each projection has read.
create table projection (
    name text primary key,
    version integer not null,
    sequence integer not null
) strict;
