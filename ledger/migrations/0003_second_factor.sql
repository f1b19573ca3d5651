-- The second thing a user shows at sign-in: a secret shared with the user's telephone, and codes for when that is lost. Like a
-- password's verifier the secret is no event; the event that set it holds its digest.

create table second_factor (
    name text primary key,
    secret text not null,
    confirmed integer not null, -- 0: shown to the user, who has not yet proved to hold it
    used_step integer not null -- the last period of 30 seconds whose code was taken: none is taken twice
) strict;

create table recovery_code (
    name text not null,
    digest text not null,
    primary key (name, digest)
) strict;

alter table session add column second integer not null default 0; -- 1: the second factor was shown, or none is asked for
