package store

// directoryMigrations are the layouts of the directory's database. Times are
// Unix milliseconds, 0 is never; joined_at is the exception, where NULL is
// unknown. All is plain SQL but the table found, which only [finder] knows.
func directoryMigrations() []string {
	return []string{`
CREATE TABLE clock (value BIGINT NOT NULL);
INSERT INTO clock VALUES (1);
CREATE TABLE lists (
	kind       TEXT NOT NULL,
	id         BIGINT NOT NULL,
	since      BIGINT NOT NULL DEFAULT 0,
	walk       BIGINT NOT NULL DEFAULT 0,
	walk_since BIGINT NOT NULL DEFAULT 0,
	next_page  INTEGER NOT NULL DEFAULT 0,
	seen       INTEGER NOT NULL DEFAULT 0,
	holder     TEXT NOT NULL DEFAULT '',
	held_until BIGINT NOT NULL DEFAULT 0,
	begun_at   BIGINT NOT NULL DEFAULT 0, -- the clock
	touched    BIGINT NOT NULL DEFAULT 0, -- the clock
	PRIMARY KEY (kind, id)
);
CREATE TABLE members (
	id          INTEGER PRIMARY KEY,
	first_name  TEXT NOT NULL,
	last_name   TEXT NOT NULL,
	name        TEXT NOT NULL,
	email       TEXT NOT NULL,
	member_type TEXT NOT NULL,
	location    TEXT NOT NULL,
	time_zone   TEXT NOT NULL,
	joined_at   BIGINT,
	find_name   TEXT NOT NULL,
	find_email  TEXT NOT NULL,
	find_place  TEXT NOT NULL,
	here        INTEGER NOT NULL DEFAULT 0, -- on the network's list
	walk        BIGINT NOT NULL DEFAULT 0,  -- of the network's list that saw them last
	as_of       BIGINT NOT NULL DEFAULT 0,  -- the clock when the row was requested
	touched     BIGINT NOT NULL DEFAULT 0,  -- the clock when a write of our own began
	gone_at     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX members_joined ON members (joined_at) WHERE here = 1;
CREATE INDEX members_type ON members (member_type, joined_at) WHERE here = 1;
CREATE INDEX members_location ON members (location, joined_at) WHERE here = 1;
CREATE INDEX members_time_zone ON members (time_zone, joined_at) WHERE here = 1;
CREATE INDEX members_silent ON members (id) WHERE here = 1 AND email = '';
CREATE INDEX members_touched ON members (id) WHERE touched > 0 AND gone_at = 0;
CREATE TABLE listed (
	kind   TEXT NOT NULL,
	list   BIGINT NOT NULL,
	member BIGINT NOT NULL,
	walk   BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (kind, list, member)
) WITHOUT ROWID;
CREATE INDEX listed_member ON listed (member, kind);
CREATE TABLE asked (
	kind   TEXT NOT NULL,
	member BIGINT NOT NULL,
	at     BIGINT NOT NULL,
	PRIMARY KEY (kind, member)
) WITHOUT ROWID;
CREATE TABLE names (
	kind TEXT NOT NULL,
	id   BIGINT NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (kind, id)
);
CREATE TABLE named (
	kind TEXT PRIMARY KEY,
	at   BIGINT NOT NULL
);
` + finderSchema, `
ALTER TABLE lists ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;    -- somebody left whom the walk under way had seen
ALTER TABLE members ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0; -- the last complete walk did not see them
CREATE INDEX members_unseen ON members (id) WHERE here = 1 AND unseen = 1;
`, `
CREATE INDEX members_gone ON members (id) WHERE gone_at > 0;
`}
}
