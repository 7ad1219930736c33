"""The schema, one function a step; a step that has shipped never changes. Run in a child by the console.

Times are whole seconds since 1970 in UTC, money is minor units, lists are JSON.
"""

import fcntl
import sqlite3
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlite_utils
from sqlite_utils import Migrations

from retcon.store.database import APPLICATION, SCHEMA

migrations = Migrations("retcon")


@migrations()
def m001_the_walking_skeleton(db: sqlite_utils.Database) -> None:
    """People, orders, understanding, what is due, what leaves."""
    for statement in _SKELETON.split(";\n\n"):
        db.execute(statement)


@migrations()
def m002_conversations(db: sqlite_utils.Database) -> None:
    """What is said, promised and complained of; who is one person; what is never sent again."""
    for statement in _CONVERSATIONS.split(";\n\n"):
        db.execute(statement)


@migrations()
def m003_the_console(db: sqlite_utils.Database) -> None:
    """Notes and tags of people, what is put off until somebody answers, and orders in which people are listed."""
    for statement in _CONSOLE.split(";\n\n"):
        db.execute(statement)


@migrations()
def m004_the_ranking(db: sqlite_utils.Database) -> None:
    """Segments and thresholds that are kept, what is expected of whom with its range; everybody is ranked anew."""
    for statement in _RANKING.split(";\n\n"):
        db.execute(statement)


@migrations()
def m005_the_playbook(db: sqlite_utils.Database) -> None:
    """Where in a country people live, what is in stock, what is bought after what, countries that are left in peace."""
    for statement in _PLAYBOOK.split(";\n\n"):
        db.execute(statement)


_SKELETON = """
create table facts (
    name text primary key,
    value text not null
) strict, without rowid;

create table customers (
    id integer primary key,
    name text not null default '',
    country text not null default '',
    language text not null default '',
    zones text not null default '[]',
    left_alone integer not null default 0
) strict;

create table identities (
    kind text not null check (kind in ('email', 'phone', 'account')),
    value text not null,
    customer_id integer not null references customers (id),
    shown text not null,
    primary key (kind, value)
) strict, without rowid;

create index identities_by_customer on identities (customer_id);

create virtual table customer_search using fts5 (words, tokenize = 'trigram');

create table accounts (
    source text not null,
    source_id text not null,
    customer_id integer not null references customers (id),
    name text not null default '',
    email text not null default '',
    phone text not null default '',
    country text not null default '',
    language text not null default '',
    registered_at integer,
    removed integer not null default 0,
    primary key (source, source_id)
) strict, without rowid;

create index accounts_by_customer on accounts (customer_id);

create table orders (
    id integer primary key,
    source text not null,
    source_id text not null,
    number text not null,
    customer_id integer not null references customers (id),
    account_id text,
    email text not null default '',
    phone text not null default '',
    name text not null default '',
    country text not null default '',
    language text not null default '',
    placed_at integer not null,
    modified_at integer,
    state text not null check (state in ('open', 'paid', 'cancelled', 'refunded', 'failed', 'draft')),
    source_status text not null default '',
    currency text not null,
    total_minor integer not null,
    refunded_minor integer not null default 0,
    total_base_minor integer,
    refunded_base_minor integer,
    coupon_codes text not null default '[]',
    shipped_at integer,
    delivered_at integer,
    delivered_estimated integer not null default 0,
    carrier text not null default '',
    tracking_number text not null default '',
    tracking_link text not null default '',
    removed integer not null default 0,
    unique (source, source_id)
) strict;

create index orders_by_customer on orders (customer_id, placed_at);

create index orders_by_day on orders (placed_at);

create index orders_by_number on orders (number);

create table order_lines (
    order_id integer not null references orders (id) on delete cascade,
    position integer not null,
    name text not null,
    quantity integer not null,
    product_id text not null default '',
    sku text not null default '',
    total_minor integer not null default 0,
    primary key (order_id, position)
) strict, without rowid;

create table refunds (
    order_id integer not null references orders (id) on delete cascade,
    source_id text not null,
    amount_minor integer not null,
    refunded_at integer,
    reason text not null default '',
    primary key (order_id, source_id)
) strict, without rowid;

create table products (
    source text not null,
    source_id text not null,
    name text not null,
    sku text not null default '',
    link text not null default '',
    categories text not null default '[]',
    price_minor integer not null default 0,
    modified_at integer,
    removed integer not null default 0,
    primary key (source, source_id)
) strict, without rowid;

create table coupons (
    source text not null,
    source_id text not null,
    code text not null,
    kind text not null default '',
    amount text not null default '',
    expires_at integer,
    used integer not null default 0,
    modified_at integer,
    removed integer not null default 0,
    primary key (source, source_id)
) strict, without rowid;

create table reviews (
    source text not null,
    source_id text not null,
    product_id text not null default '',
    customer_id integer references customers (id),
    email text not null default '',
    name text not null default '',
    rating integer not null default 0,
    body text not null default '',
    created_at integer not null,
    removed integer not null default 0,
    primary key (source, source_id)
) strict, without rowid;

create table consents (
    id integer primary key,
    customer_id integer not null references customers (id),
    channel text not null,
    purpose text not null check (purpose in ('service', 'relationship', 'marketing')),
    state text not null check (state in ('granted', 'denied', 'unknown')),
    basis text not null,
    at integer not null,
    source text not null,
    wording text not null default '',
    proof text not null default '',
    expires_at integer,
    unique (customer_id, channel, purpose, state, basis, at, source)
) strict;

create table cursors (
    source text primary key,
    value text not null
) strict, without rowid;

create table sync_runs (
    id integer primary key,
    source text not null,
    started_at integer not null,
    ended_at integer,
    result text
) strict;

create table touched (
    customer_id integer primary key references customers (id),
    times integer not null default 1
) strict;

create table standings (
    customer_id integer primary key references customers (id),
    orders integer not null,
    first_order_at integer,
    last_order_at integer,
    spent_minor integer not null,
    refunded_minor integer not null,
    cycle_days real,
    silent_days integer not null,
    under_way integer not null,
    p_churn real not null,
    risk_score integer not null,
    band text not null,
    next_expected_at integer,
    expected_orders real not null,
    clv_minor integer not null,
    stake_minor integer not null,
    tier text not null,
    stage text not null,
    causes text not null default '[]'
) strict;

create index standings_by_stake on standings (stake_minor desc, customer_id);

create table actions (
    id integer primary key,
    revision integer not null default 1,
    rule text not null,
    customer_id integer not null references customers (id),
    anchor text not null,
    moment text not null,
    purpose text not null check (purpose in ('service', 'relationship', 'marketing')),
    stage text not null,
    title text not null,
    channel text not null,
    recipient text not null,
    language text not null,
    subject text not null,
    body text not null,
    operator_subject text not null default '',
    operator_body text not null default '',
    notes text not null default '[]',
    due_at integer not null,
    expires_at integer not null,
    state text not null check (state in ('due', 'snoozed', 'approved', 'done', 'skipped', 'expired')),
    stake_minor integer not null default 0,
    reason text not null default '',
    personal integer not null default 0,
    snoozed_until integer,
    skip_reason text not null default '',
    edited integer not null default 0,
    decided_at integer,
    unique (rule, customer_id, anchor)
) strict;

create index actions_by_state on actions (state, due_at);

create index actions_by_customer on actions (customer_id);

create table outbox (
    id integer primary key,
    action_id integer references actions (id),
    revision integer not null,
    customer_id integer not null references customers (id),
    channel text not null,
    purpose text not null,
    recipient text not null,
    subject text not null,
    body text not null,
    language text not null default '',
    state text not null check (state in (
        'queued', 'held', 'sending', 'sent', 'delivered', 'read', 'failed', 'uncertain', 'withdrawn', 'stale'
    )),
    rehearsal integer not null default 0,
    key text not null unique,
    attempts integer not null default 0,
    owner text not null default '',
    not_before integer not null,
    expires_at integer,
    waits_reason text not null default '',
    approved_at integer not null,
    sent_at integer,
    delivered_at integer,
    read_at integer,
    external_id text not null default '',
    error_code text not null default '',
    error_text text not null default '',
    address_gone integer not null default 0
) strict;

create index outbox_by_state on outbox (state, not_before);

create index outbox_by_customer on outbox (customer_id, sent_at);

create index outbox_by_action on outbox (action_id);

create table outbox_log (
    id integer primary key,
    outbox_id integer not null references outbox (id),
    at integer not null,
    event text not null,
    before text not null,
    after text not null,
    detail text not null default ''
) strict;

create index outbox_log_by_row on outbox_log (outbox_id, id);

create table channel_states (
    channel text primary key,
    reason text not null,
    until integer,
    since integer not null
) strict, without rowid;

create table operations (
    id integer primary key,
    verb text not null,
    words text not null,
    at integer not null,
    undone_at integer
) strict;

create table operation_changes (
    operation_id integer not null references operations (id),
    position integer not null,
    family text not null,
    reference integer not null,
    before text not null,
    primary key (operation_id, position)
) strict, without rowid;

create table leases (
    name text primary key,
    owner text not null,
    token integer not null,
    until integer not null
) strict, without rowid;
""".strip()

_CONVERSATIONS = """
create table identities_new (
    kind text not null check (kind in ('email', 'phone', 'account', 'chat')),
    value text not null,
    customer_id integer not null references customers (id),
    shown text not null,
    primary key (kind, value)
) strict, without rowid;

insert into identities_new select kind, value, customer_id, shown from identities;

drop table identities;

alter table identities_new rename to identities;

create index identities_by_customer on identities (customer_id);

create table phones (
    customer_id integer not null references customers (id),
    number text not null,
    shown text not null,
    at integer not null,
    primary key (customer_id, number)
) strict, without rowid;

create index phones_by_number on phones (number);

create table overrides (
    customer_id integer not null references customers (id),
    field text not null check (field in ('name', 'country', 'language', 'zone')),
    value text not null,
    at integer not null,
    primary key (customer_id, field)
) strict, without rowid;

create table strangers (
    one integer not null references customers (id),
    other integer not null references customers (id),
    at integer not null,
    primary key (one, other)
) strict, without rowid;

alter table customers add column merged_into integer references customers (id);

alter table customers add column country_from text not null default '';

alter table customers add column language_from text not null default '';

alter table customers add column zones_from text not null default '';

alter table customers add column wrote_as text not null default '';

create index customers_merged on customers (merged_into) where merged_into is not null;

insert into facts select 'describe_everybody', '1' where exists (select 1 from customers);

create table suppressions (
    medium text not null,
    hash text not null,
    what text not null check (what in ('advertising', 'everything')),
    at integer not null,
    reason text not null,
    lifted_at integer,
    primary key (medium, hash, what)
) strict, without rowid;

create table threads (
    id integer primary key,
    customer_id integer not null references customers (id),
    source text not null,
    name text not null,
    medium text not null,
    address text not null,
    subject text not null default '',
    started_at integer not null,
    last_at integer not null,
    last_in_at integer,
    heard_at integer,
    waiting_since integer,
    unanswered integer not null default 0,
    answered_at integer,
    answered_elsewhere integer not null default 0,
    closed_at integer,
    unique (source, name)
) strict;

create index threads_by_customer on threads (customer_id, last_at);

create index threads_waiting on threads (waiting_since) where waiting_since is not null;

create table messages (
    id integer primary key,
    thread_id integer not null references threads (id),
    source text not null,
    source_id text not null,
    direction text not null check (direction in ('in', 'out')),
    at integer not null,
    heard_at integer not null default 0,
    subject text not null default '',
    body text not null,
    quoted text not null default '',
    language text not null default '',
    automatic integer not null default 0,
    sign text not null default '',
    files text not null default '[]',
    address text not null default '',
    topic text,
    unique (source, source_id)
) strict;

create index messages_by_thread on messages (thread_id, at);

create index messages_by_topic on messages (topic, address) where topic is not null;

create table thread_keys (
    key text not null,
    thread_id integer not null references threads (id),
    primary key (key, thread_id)
) strict, without rowid;

create index thread_keys_by_thread on thread_keys (thread_id);

create index messages_by_day on messages (direction, at);

create virtual table message_search using fts5 (words, tokenize = 'trigram');

create table promises (
    id integer primary key,
    customer_id integer not null references customers (id),
    thread_id integer references threads (id),
    reference text not null unique,
    words text not null,
    due_at integer not null,
    made_at integer not null,
    state text not null check (state in ('offered', 'open', 'kept', 'dropped')),
    decided_at integer
) strict;

create index promises_by_customer on promises (customer_id);

create table complaints (
    id integer primary key,
    customer_id integer not null references customers (id),
    thread_id integer references threads (id),
    sign text not null check (sign in ('words', 'third', 'dispute', 'rating')),
    words text not null,
    reference text not null unique,
    at integer not null,
    closed_at integer
) strict;

create index complaints_by_customer on complaints (customer_id);

create table notices (
    key text primary key,
    at integer not null,
    bundled integer not null default 0
) strict, without rowid;

alter table actions add column thread_id integer references threads (id);

create index actions_by_thread on actions (thread_id) where thread_id is not null;

alter table actions add column files text not null default '[]';

alter table actions add column urgency integer not null default 0;

alter table outbox add column thread_id integer references threads (id);

alter table outbox add column reply_to text not null default '';

alter table outbox add column files text not null default '[]';

create index outbox_by_thread on outbox (thread_id) where thread_id is not null
""".strip()

_CONSOLE = """
create table notes (
    id integer primary key,
    customer_id integer not null references customers (id),
    at integer not null,
    words text not null,
    removed_at integer
) strict;

create index notes_by_customer on notes (customer_id, at);

create table tags (
    customer_id integer not null references customers (id),
    name text not null,
    at integer not null,
    primary key (customer_id, name)
) strict, without rowid;

create index tags_by_name on tags (name);

alter table actions add column wakes_on text not null default '' check (wakes_on in ('', 'answer'));

create index actions_open on actions (
    purpose <> 'service', stake_minor desc, id, state, due_at, snoozed_until, expires_at,
    customer_id, rule, moment, personal, urgency, thread_id
) where state in ('due', 'snoozed');

alter table operation_changes add column after text;

alter table operations add column redo integer;

create index operations_redo on operations (redo) where redo is not null;

alter table outbox add column chosen_at integer;

create index standings_by_risk on standings (p_churn desc, customer_id);

create index standings_by_spent on standings (spent_minor desc, customer_id);

create index standings_by_silence on standings (silent_days desc, customer_id);

create index standings_by_orders on standings (orders desc, customer_id);

create index reviews_by_customer on reviews (customer_id, created_at);

create index outbox_by_sent on outbox (sent_at) where sent_at is not null;

create index changes_of_people on operation_changes (reference) where family = 'people';

create index customers_by_name on customers (name collate nocase, id)
""".strip()

_RANKING = """
create table segments (
    name text primary key collate nocase,
    query text not null,
    at integer not null
) strict, without rowid;

create table thresholds (
    tier text not null,
    category text not null default '',
    warning real not null,
    alarm real not null,
    evidence text not null default '',
    at integer not null,
    primary key (tier, category)
) strict, without rowid;

alter table standings add column clv_low_minor integer not null default 0;

alter table standings add column clv_high_minor integer not null default 0;

alter table standings add column yearly_minor integer not null default 0;

alter table standings add column next_from_at integer;

alter table standings add column next_until_at integer;

alter table standings add column category text not null default '';

alter table orders add column gift integer not null default 0;

alter table orders add column preorder integer not null default 0;

alter table orders add column return_open integer not null default 0;

alter table coupons add column given_to text not null default '[]';

alter table coupons add column created_at integer;

create table returns (
    order_id integer not null references orders (id) on delete cascade,
    since integer not null,
    until integer,
    primary key (order_id, since)
) strict, without rowid;

create index orders_open on orders (customer_id, placed_at) where state = 'open';

drop index orders_by_customer;

create index orders_by_customer on orders (
    customer_id, placed_at, state, removed, total_minor, total_base_minor, refunded_minor, shipped_at, delivered_at,
    gift, preorder, source
);

delete from facts where name = 'refreshed_under'
""".strip()

_PLAYBOOK = """
alter table orders add column subdivision text not null default '';

alter table customers add column subdivision text not null default '';

alter table products add column in_stock integer not null default 1;

create table followed (
    article text not null,
    next text not null,
    people integer not null,
    lift real not null,
    primary key (article, next)
) strict, without rowid;

create table repeats (
    article text primary key,
    days integer not null,
    low integer not null,
    high integer not null,
    people integer not null
) strict, without rowid;

create table mutes (
    country text primary key,
    until integer not null,
    why text not null default ''
) strict, without rowid;

delete from facts where name = 'refreshed_under'
""".strip()


def migrate(file: Path) -> None:
    """Bring the file to this version's schema; creates it where there is none. Each step is a transaction.

    Two programs that come at once take turns, by a lock beside the file that the system frees when one dies.
    """
    with _turn(file), closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma foreign_keys = on")
        connection.execute(f"pragma application_id = {APPLICATION}")
        migrations.apply(sqlite_utils.Database(connection))
        connection.execute(f"pragma user_version = {SCHEMA}")


@contextmanager
def _turn(file: Path) -> Generator[None]:
    with file.with_name(f".{file.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    migrate(Path(sys.argv[1]))
