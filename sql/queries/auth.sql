-- SPDX-License-Identifier: EUPL-1.2

-- Of the record only what a page shows: each column is a fortieth of its cost.
-- name: auth_session_load
-- for:  portal
-- law:  GDPR 32
-- does: read
-- in:   id_hash:bytes
-- out:  one identity_id:u64 contact_id:u64? signed_in_us:i64 seen_us:i64 started_us:i64 reference:text? kind:text? given_name:text? family_name:text? language:text? email:text? phone:text? street:text? postcode:text? city:text? country:text? source:text? basis:text? notice_version_id:u64? collected_us:i64? last_person_us:i64? relationship_end_us:i64? version:u64?
SELECT s.identity_id, s.contact_id, s.signed_in_us, s.seen_us, s.created_us,
       c.reference, c.kind, c.given_name, c.family_name, c.language, c.email,
       c.phone, c.street, c.postcode, c.city, c.country, c.source, c.basis,
       c.notice_version_id, c.collected_us, c.last_person_us,
       c.relationship_end_us, c.version
  FROM portal_session s
  LEFT JOIN contact c ON c.id = s.contact_id AND c.identity_id = s.identity_id
 WHERE s.id_hash = ?;

-- name: auth_session_seen
-- for:  portal
-- law:  GDPR 32
-- does: append
-- get:  yes
-- in:   seen_us:i64 id_hash:bytes
UPDATE portal_session SET seen_us = ?
 WHERE id_hash = ?;

-- name: auth_session_insert
-- for:  portal
-- law:  GDPR 32
-- does: write
-- in:   id_hash:bytes identity_id:u64 contact_id:u64? how:text label:text created_us:i64 signed_in_us:i64 seen_us:i64
INSERT INTO portal_session (id_hash, identity_id, contact_id, how, label,
       created_us, signed_in_us, seen_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: auth_session_delete
-- for:  portal
-- law:  GDPR 32
-- does: write
-- in:   id_hash:bytes identity_id:u64
DELETE FROM portal_session
 WHERE id_hash = ? AND identity_id = ?;

-- name: auth_session_delete_others
-- for:  portal
-- law:  GDPR 32
-- does: write
-- in:   identity_id:u64 id_hash:bytes
DELETE FROM portal_session
 WHERE identity_id = ? AND id_hash <> ?;

-- Changes of address that wait for the new one's answer, the newest first.
-- name: auth_addresses_waiting
-- for:  portal
-- law:  GDPR 16, 32
-- does: read
-- in:   identity_id:u64 now_us:i64
-- out:  many mailbox:text expires_us:i64
SELECT a.mailbox, a.expires_us
  FROM address_change a
  JOIN contact c ON c.id = a.contact_id
 WHERE c.identity_id = ? AND a.expires_us > ?
 ORDER BY a.id DESC
 LIMIT 20;

-- Their links open nothing from here on.
-- name: auth_addresses_stop
-- for:  portal
-- law:  GDPR 16, 32
-- does: write
-- in:   identity_id:u64
DELETE a
  FROM address_change a
  JOIN contact c ON c.id = a.contact_id
 WHERE c.identity_id = ?;

-- name: auth_session_oldest
-- for:  portal
-- law:  GDPR 32
-- does: write
-- in:   identity_id:u64 newest_kept_us:i64
DELETE FROM portal_session
 WHERE identity_id = ? AND created_us < ?;

-- name: auth_session_choose
-- for:  portal
-- law:  GDPR 15
-- does: write
-- in:   contact_id:u64 id_hash:bytes identity_id:u64 same_contact_id:u64 same_identity_id:u64
UPDATE portal_session SET contact_id = ?
 WHERE id_hash = ? AND identity_id = ?
   AND EXISTS (SELECT 1 FROM contact c WHERE c.id = ? AND c.identity_id = ?);

-- name: auth_sessions
-- for:  portal
-- law:  GDPR 32
-- does: read
-- in:   identity_id:u64 seen_after_us:i64
-- out:  many id_hash:bytes how:text label:text created_us:i64 seen_us:i64
SELECT id_hash, how, label, created_us, seen_us
  FROM portal_session
 WHERE identity_id = ? AND seen_us > ?
 ORDER BY created_us DESC
 LIMIT 20;

-- name: auth_identity_by_key
-- for:  portal
-- law:  GDPR 32
-- does: read
-- in:   mailbox_key:bytes
-- out:  one id:u64 mailbox:text language:text password_hash:bytes? password_mac:bytes? password_us:i64?
SELECT id, mailbox, language, password_hash, password_mac, password_us
  FROM identity
 WHERE mailbox_key = ?;

-- name: auth_identity_load
-- for:  portal
-- law:  GDPR 32
-- does: read
-- in:   id:u64
-- out:  one mailbox:text mailbox_key:bytes language:text password_hash:bytes? password_mac:bytes? password_us:i64?
SELECT mailbox, mailbox_key, language, password_hash, password_mac,
       password_us
  FROM identity
 WHERE id = ?;

-- name: auth_contacts
-- for:  portal
-- law:  GDPR 15
-- does: read
-- in:   identity_id:u64
-- out:  many id:u64 given_name:text family_name:text kind:text created_us:i64
SELECT id, given_name, family_name, kind, created_us
  FROM contact
 WHERE identity_id = ?
 ORDER BY id
 LIMIT 20;

-- name: auth_password_put
-- for:  portal
-- law:  GDPR 32
-- does: write
-- in:   password_hash:bytes? password_mac:bytes? password_us:i64? id:u64
UPDATE identity SET password_hash = ?, password_mac = ?, password_us = ?
 WHERE id = ?;

-- name: auth_office_load
-- for:  office
-- law:  GDPR 32(4)
-- does: read
-- in:   id_hash:bytes seen_after_us:i64 created_after_us:i64
-- out:  one staff_id:u64 has_second_factor:bool created_us:i64 signed_in_us:i64 seen_us:i64 how:text name:text role:text team_id:u64? language:text
SELECT s.staff_id, s.has_second_factor, s.created_us, s.signed_in_us,
       s.seen_us, s.how, p.name, p.role, p.team_id, p.language
  FROM office_session s
  JOIN staff p ON p.id = s.staff_id
 WHERE s.id_hash = ? AND s.seen_us > ? AND s.created_us > ?
   AND p.state = 'active';

-- name: auth_office_seen
-- for:  office
-- law:  GDPR 32
-- does: append
-- get:  yes
-- in:   seen_us:i64 id_hash:bytes
UPDATE office_session SET seen_us = ?
 WHERE id_hash = ?;

-- name: auth_office_insert
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   id_hash:bytes staff_id:u64 has_second_factor:bool how:text label:text created_us:i64 signed_in_us:i64 seen_us:i64
INSERT INTO office_session (id_hash, staff_id, has_second_factor, how, label,
       created_us, signed_in_us, seen_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: auth_office_delete
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   id_hash:bytes
DELETE FROM office_session
 WHERE id_hash = ?;

-- name: auth_staff_by_key
-- for:  office
-- law:  GDPR 32
-- does: read
-- in:   email_key:bytes
-- out:  one id:u64 is_active:bool password_hash:bytes? password_mac:bytes?
SELECT id, state = 'active', password_hash, password_mac
  FROM staff
 WHERE email_key = ?;

-- name: auth_staff_load
-- for:  office
-- law:  GDPR 32
-- does: read
-- in:   id:u64
-- out:  one email_key:bytes totp_sealed:bytes? totp_step:u64
SELECT email_key, totp_sealed, totp_step
  FROM staff
 WHERE id = ? AND state = 'active';

-- name: auth_staff_step
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   step:u64 id:u64 step:u64
UPDATE staff SET totp_step = ?
 WHERE id = ? AND state = 'active' AND totp_step < ?;

-- name: auth_staff_password_put
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   password_hash:bytes password_mac:bytes id:u64
UPDATE staff SET password_hash = ?, password_mac = ?
 WHERE id = ?;

-- name: auth_recovery_rows
-- for:  office
-- law:  GDPR 32
-- does: read
-- in:   staff_id:u64
-- out:  many id:u64 code_hash:bytes
SELECT id, code_hash
  FROM staff_recovery
 WHERE staff_id = ? AND used_us IS NULL
 ORDER BY id
 LIMIT 20;

-- name: auth_recovery_use
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   used_us:i64 id:u64 staff_id:u64
UPDATE staff_recovery SET used_us = ?
 WHERE id = ? AND staff_id = ? AND used_us IS NULL;

-- name: auth_staff_list
-- for:  office
-- law:  GDPR 32(4)
-- does: read
-- out:  many id:u64 name:text email:text role:text team:text? state:text has_totp:bool seen_us:i64?
SELECT p.id, p.name, p.email, p.role, t.name, p.state,
       p.totp_sealed IS NOT NULL,
       (SELECT MAX(GREATEST(s.signed_in_us, s.created_us))
          FROM office_session s
         WHERE s.staff_id = p.id AND s.has_second_factor)
  FROM staff p
  LEFT JOIN team t ON t.id = p.team_id
 ORDER BY p.name, p.id
 LIMIT 500;

-- name: auth_staff_invite
-- for:  office
-- law:  GDPR 32(4)
-- does: write
-- in:   email:text email_key:bytes name:text role:text team_id:u64? language:text created_us:i64
-- out:  one id:u64
INSERT INTO staff (email, email_key, name, role, team_id, language, state,
       created_us)
VALUES (?, ?, ?, ?, ?, ?, 'invited', ?)
RETURNING id;

-- name: auth_staff_one
-- for:  office
-- law:  GDPR 32(4)
-- does: read
-- in:   id:u64
-- out:  one name:text email:text email_key:bytes role:text team_id:u64? team:text? language:text state:text has_totp:bool created_us:i64 sessions:u64 codes:u64 passkeys:u64
SELECT p.name, p.email, p.email_key, p.role, p.team_id, t.name, p.language,
       p.state, p.totp_sealed IS NOT NULL, p.created_us,
       (SELECT COUNT(*) FROM office_session s WHERE s.staff_id = p.id),
       (SELECT COUNT(*) FROM staff_recovery r
         WHERE r.staff_id = p.id AND r.used_us IS NULL),
       (SELECT COUNT(*) FROM staff_passkey k WHERE k.staff_id = p.id)
  FROM staff p
  LEFT JOIN team t ON t.id = p.team_id
 WHERE p.id = ?;

-- name: auth_staff_reset
-- for:  office
-- law:  GDPR 32(4)
-- does: write
-- in:   id:u64
UPDATE staff
   SET state = 'invited', password_hash = NULL, password_mac = NULL,
       totp_sealed = NULL, totp_step = 0
 WHERE id = ?;

-- name: auth_staff_join
-- for:  office
-- law:  GDPR 32(4)
-- does: write
-- in:   password_hash:bytes password_mac:bytes totp_sealed:bytes totp_step:u64 id:u64
UPDATE staff
   SET state = 'active', password_hash = ?, password_mac = ?,
       totp_sealed = ?, totp_step = ?
 WHERE id = ? AND state = 'invited';

-- name: auth_staff_disable
-- for:  office owner
-- law:  GDPR 32(4)
-- does: write
-- in:   id:u64
UPDATE staff SET state = 'disabled'
 WHERE id = ? AND state <> 'disabled';

-- name: auth_staff_place
-- for:  office
-- law:  GDPR 25, 32(4)
-- does: write
-- in:   role:text team_id:u64? id:u64
UPDATE staff SET role = ?, team_id = ?
 WHERE id = ?;

-- Locked, so that of two who take each other's role one is late.
-- name: auth_staff_admins
-- for:  office
-- law:  GDPR 32(1)(b)
-- does: write
-- out:  many id:u64
SELECT id
  FROM staff
 WHERE state = 'active' AND role = 'admin'
 ORDER BY id
 LIMIT 100
   FOR UPDATE;

-- name: auth_staff_overseers
-- for:  office
-- law:  GDPR 24, 32(4)
-- does: read
-- in:   but_id:u64 but_also_id:u64
-- out:  many email:text name:text language:text
SELECT email, name, language
  FROM staff
 WHERE state = 'active' AND role IN ('dpo', 'admin') AND id <> ? AND id <> ?
 ORDER BY id
 LIMIT 20;

-- name: auth_teams
-- for:  office
-- law:  GDPR 25
-- does: read
-- out:  many id:u64 name:text
SELECT id, name
  FROM team
 WHERE NOT is_closed
 ORDER BY name, id
 LIMIT 200;

-- name: auth_office_delete_all
-- for:  office owner
-- law:  GDPR 32
-- does: write
-- in:   staff_id:u64
DELETE FROM office_session
 WHERE staff_id = ?;

-- name: auth_office_delete_others
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   staff_id:u64 id_hash:bytes
DELETE FROM office_session
 WHERE staff_id = ? AND id_hash <> ?;

-- name: auth_office_sessions
-- for:  office
-- law:  GDPR 32
-- does: read
-- in:   staff_id:u64 seen_after_us:i64
-- out:  many id_hash:bytes how:text label:text created_us:i64 seen_us:i64
SELECT id_hash, how, label, created_us, seen_us
  FROM office_session
 WHERE staff_id = ? AND has_second_factor AND seen_us > ?
 ORDER BY created_us DESC
 LIMIT 20;

-- name: auth_recovery_delete
-- for:  office owner
-- law:  GDPR 32
-- does: write
-- in:   staff_id:u64
DELETE FROM staff_recovery
 WHERE staff_id = ?;

-- name: auth_recovery_insert
-- for:  office
-- law:  GDPR 32
-- does: write
-- each: staff_id:u64 code_hash:bytes
INSERT INTO staff_recovery (staff_id, code_hash) VALUES {(?, ?)};

-- After the team ${after}, by name.
-- name: auth_team_list
-- for:  office
-- law:  GDPR 32(4)
-- does: read
-- in:   after:u64? most:u64
-- out:  many id:u64 name:text is_closed:bool members:u64
SELECT t.id, t.name, t.is_closed,
       (SELECT COUNT(*) FROM staff s WHERE s.team_id = t.id)
  FROM team t
 WHERE t.id > 0
   [AND t.name > (SELECT n.name FROM team n WHERE n.id = ?)]
 ORDER BY t.name
 LIMIT ?;

-- name: auth_team_contacts
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   id:u64 most:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM (SELECT 1 FROM contact WHERE team_id = ? LIMIT ?) c;

-- name: auth_team_one
-- for:  office
-- law:  GDPR 32(4)
-- does: read
-- in:   id:u64
-- out:  one name:text is_closed:bool organisations:u64 imports:u64
SELECT t.name, t.is_closed,
       (SELECT COUNT(*) FROM organisation o WHERE o.team_id = t.id),
       (SELECT COUNT(*) FROM import i
         WHERE i.team_id = t.id
           AND i.state IN ('waiting', 'read', 'checking', 'checked', 'running', 'undoing'))
  FROM team t
 WHERE t.id = ?;

-- name: auth_team_lock
-- for:  office
-- law:  GDPR 25, 32(4)
-- does: write
-- in:   id:u64
-- out:  one name:text is_closed:bool is_used:bool
SELECT t.name, t.is_closed,
       EXISTS (SELECT 1 FROM staff s WHERE s.team_id = t.id)
       OR EXISTS (SELECT 1 FROM contact c WHERE c.team_id = t.id)
       OR EXISTS (SELECT 1 FROM organisation o WHERE o.team_id = t.id)
       OR EXISTS (SELECT 1 FROM import i
                   WHERE i.team_id = t.id
                     AND i.state IN ('waiting', 'read', 'checking', 'checked', 'running', 'undoing'))
       OR EXISTS (SELECT 1 FROM bulk b
                   WHERE b.new_team_id = t.id
                     AND b.state IN ('counting', 'ready', 'waiting', 'running', 'undoing'))
  FROM team t
 WHERE t.id = ?
   FOR UPDATE;

-- Whoever closes it waits until what is put into it stands there.
-- name: auth_team_enter
-- for:  office
-- law:  GDPR 25, 32(4)
-- does: write
-- in:   id:u64
-- out:  one id:u64
SELECT id
  FROM team
 WHERE id = ? AND NOT is_closed
  LOCK IN SHARE MODE;

-- name: auth_team_members
-- for:  office
-- law:  GDPR 32(4)
-- does: read
-- in:   id:u64 most:u64
-- out:  many id:u64 name:text role:text state:text
SELECT id, name, role, state
  FROM staff
 WHERE team_id = ?
 ORDER BY name, id
 LIMIT ?;

-- name: auth_team_named
-- for:  office
-- law:  GDPR 32(4)
-- does: read
-- in:   name:text
-- out:  many id:u64 is_closed:bool
SELECT id, is_closed
  FROM team
 WHERE name = ?
 ORDER BY id
 LIMIT 1;

-- name: auth_team_open_count
-- for:  office
-- law:  GDPR 32(4)
-- does: read
-- out:  one n:u64
SELECT COUNT(*) FROM team WHERE NOT is_closed;

-- name: auth_team_insert
-- for:  office
-- law:  GDPR 32(4)
-- does: write
-- in:   name:text
-- out:  one id:u64
INSERT INTO team (name) VALUES (?) RETURNING id;

-- name: auth_team_put
-- for:  office
-- law:  GDPR 32(4)
-- does: write
-- in:   name:text is_closed:bool id:u64
UPDATE team SET name = ?, is_closed = ? WHERE id = ?;
