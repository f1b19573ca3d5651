-- What sign-in needs beside the events. A password is no event: its verifier is replaced with it, and the event that set it
-- holds the verifier's digest, so that one put here by another way is noticed.

create table credential (
    name text primary key,
    verifier text not null
) strict;

create table session (
    token text primary key, -- digest of what the browser holds
    name text not null,
    began_at text not null,
    seen_at text not null
) strict;

create index session_of_user on session (name);
