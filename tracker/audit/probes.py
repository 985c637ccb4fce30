"""One forged row a table, put in and thrown away again, to see that nobody could change it."""

RECORD = {
    "audit_event": "(id, at, event, subject_kind) VALUES (-1, '2000-01-01', 'probe.put', 'probe')",
    "audit_link": "(seq, entry_id, hash) VALUES (-1, -1, 'probe')",
    "audit_head": "(day, seq, hash, published_at) VALUES ('1900-01-01', -1, 'probe', '2000-01-01')",
    "erasure": (
        "(id, kind, subject, reason, decided_by_id, at) VALUES (-1, 'file', 'probe', 'probe', -1, '2000-01-01')"
    ),
    "fact_digests": "(id, bundle, kind, first_id, digests) VALUES (-1, 'probe', 'probe', -1, '')",
}
# What a row points at comes before it.
FACTS = (
    ("working_calendar", "(id, name) VALUES (-1, 'probe')"),
    ("person", "(id, token, name, sort_key, wants_mail) VALUES (-1, 'probe', 'probe', 'probe', FALSE)"),
    (
        "outbox_mail",
        (
            "(id, message_id, key, kind, person_id, language, subject, text, carries_token, created_at, not_before,"
            " state, attempts) VALUES (-1, 'probe', 'probe', 'probe', -1, 'vi', '', '', FALSE, '2000-01-01',"
            " '2000-01-01', 'sent', 0)"
        ),
    ),
    (
        "address_bounce",
        (
            "(id, person_id, mail_id, status, left_at, reported_at)"
            " VALUES (-1, -1, -1, '5.1.1', '2000-01-01', '2000-01-01')"
        ),
    ),
    ("agency", "(id, code, kind, name, sort_key) VALUES (-1, 'probe -1', 'probe', '{}', 'probe')"),
    ("agency", "(id, code, kind, name, sort_key) VALUES (-2, 'probe -2', 'probe', '{}', 'probe')"),
    ("agency_classification", "(id, agency_id, kind) VALUES (-1, -1, 'probe')"),
    ("agency_succession", "(id, predecessor_id, successor_id, position) VALUES (-1, -1, -2, 0)"),
    (
        "programme",
        "(id, code, title, starts_on, ends_on, calendar_id) VALUES (-1, 'probe', '{}', '2000-01-01', '2000-01-02', -1)",
    ),
    (
        "period",
        (
            "(id, programme_id, frequency, code, starts_on, cut_off, due_on)"
            " VALUES (-1, -1, 'probe', 'probe', '2000-01-01', '2000-01-02', '2000-01-02')"
        ),
    ),
    (
        "period_change",
        (
            "(id, period_id, starts_on, cut_off, due_on, reason, set_by_id, set_at)"
            " VALUES (-1, -1, '2000-01-01', '2000-01-02', '2000-01-02', 'probe', -1, '2000-01-01')"
        ),
    ),
    (
        "ladder_version",
        (
            "(id, programme_id, from_on, rungs, reason, set_by_id, set_at)"
            " VALUES (-1, -1, '2000-01-01', '[]', 'probe', -1, '2000-01-01')"
        ),
    ),
    (
        "asking",
        (
            "(id, programme_id, period_id, targets, sentence, asked_by_id, asked_at, leaves_on)"
            " VALUES (-1, -1, -1, '[]', 'probe', -1, '2000-01-01', '2000-01-01')"
        ),
    ),
    ("signing_ways", "(id, programme_id, ways, set_at) VALUES (-1, -1, '[]', '2000-01-01')"),
    (
        "programme_plan",
        (
            "(id, token, code, title, year, basis, starts_on, ends_on, calendar_id, agencies, periods, version,"
            " prepared_by_id, prepared_at, programme_id, approved_by_id, approved_at)"
            " VALUES (-1, 'probe', 'probe', '{}', 2000, '[]', '2000-01-01', '2000-01-02', -1, '[]', '[]', 1,"
            " -1, '2000-01-01', -1, -1, '2000-01-01')"
        ),
    ),
    ("target_template", "(id, token, code) VALUES (-1, 'probe', 'probe')"),
    (
        "target_template_version",
        (
            "(id, template_id, version, domain, title, shape, unit, ratio, cumulative, weight, frequency, milestones,"
            " set_at) VALUES (-1, -1, 1, 1, '{}', 'reach', 'probe', FALSE, FALSE, '1', 'probe', '[]', '2000-01-01')"
        ),
    ),
    (
        "commitment",
        (
            "(id, token, number, programme_id, agency_id, signed_on, in_force_from, signed_how)"
            " VALUES (-1, 'probe', 'probe', -1, -1, '2000-01-01', '2000-01-01', 'paper')"
        ),
    ),
    (
        "document_number",
        "(id, symbol, year, number, drawn_at) VALUES (-1, 'probe', 2000, 1, '2000-01-01')",
    ),
    (
        "document",
        (
            "(id, address, kind, number_id, agency_id, dated_on, version, content_sha256, content_size, pdf_sha256,"
            " pdf_size, pages, sample, made_at) VALUES (-1, 'probe', 'commitment', -1, -1, '2000-01-01', 1, 'probe', 1,"
            " 'probe', 1, 1, FALSE, '2000-01-01')"
        ),
    ),
    (
        "paper_file",
        (
            "(id, token, sha256, size, pages, read, uploaded_by_id, uploaded_at)"
            " VALUES (-1, 'probe', 'probe', 1, 1, '[]', -1, '2000-01-01')"
        ),
    ),
    (
        "paper",
        (
            "(id, token, file_id, commitment_id, agency_id, from_pages, missing, sha256, size, sorted_by_id, sorted_at)"
            " VALUES (-1, 'probe', -1, -1, -1, '[]', '[]', 'probe', 1, -1, '2000-01-01')"
        ),
    ),
    (
        "signed_file",
        (
            "(id, document_id, kind, sha256, size, begins_with, found, received_at)"
            " VALUES (-1, -1, 'seal', 'probe', 1, 'probe', '[]', '2000-01-01')"
        ),
    ),
    (
        "seal_key",
        (
            "(id, seq, fingerprint, certificates, since, reason, before, hash)"
            " VALUES (-1, -1, 'probe', 'probe', '2000-01-01', 'changed', 'probe', 'probe')"
        ),
    ),
    (
        "target",
        (
            "(id, token, commitment_id, programme_id, agency_id, code, title, domain, shape, unit, weight, frequency,"
            " starts_on, due_on, ratio, cumulative, milestones)"
            " VALUES (-1, 'probe', -1, -1, -1, 'probe', '{}', 1, 'reach', 'probe', '1', 'probe',"
            " '2000-01-01', '2000-01-02', FALSE, FALSE, '[]')"
        ),
    ),
    (
        "extension",
        "(id, target_id, granted_on, due_on, recorded_on) VALUES (-1, -1, '2000-01-01', '2000-01-03', '2000-01-01')",
    ),
    (
        "suspension",
        (
            "(id, target_id, from_on, to_on, decided_on, recorded_on)"
            " VALUES (-1, -1, '2000-01-01', '2000-01-01', '2000-01-01', '2000-01-01')"
        ),
    ),
    (
        "amendment",
        "(id, target_id, signed_on, from_on, recorded_on) VALUES (-1, -1, '2000-01-01', '2000-01-01', '2000-01-01')",
    ),
    (
        "dossier",
        (
            "(id, token, kind, programme_id, agency_id, commitment_id, state, state_since, version,"
            " document_version, in_force_from)"
            " VALUES (-1, 'probe', 'commitment', -1, -1, -1, 'in_force', '2000-01-01', 1, 1, '2000-01-01')"
        ),
    ),
    (
        "draft_target",
        "(id, token, dossier_id, code, terms, version, dropped) VALUES (-1, 'probe', -1, 'probe', '{}', 1, FALSE)",
    ),
    (
        "term_comment",
        "(id, dossier_id, text, side, person_id, at) VALUES (-1, -1, 'probe', 'body', -1, '2000-01-01')",
    ),
    (
        "term_proposal",
        (
            "(id, token, dossier_id, draft_target_id, changes, side, person_id, at, outcome, answered_at)"
            " VALUES (-1, 'probe', -1, -1, '[]', 'body', -1, '2000-01-01', 'refused', '2000-01-01')"
        ),
    ),
    (
        "dossier_move",
        (
            "(id, dossier_id, seq, move, state_after, side, at, day)"
            " VALUES (-1, -1, 1, 'draft', 'drafted', 'ppc', '2000-01-01', '2000-01-01')"
        ),
    ),
    (
        "signing_key",
        (
            "(id, token, person_id, credential, public_key, fingerprint, enrolment, made_at, ended_at, end_reason)"
            " VALUES (-1, 'probe', -1, 'probe', 'probe', 'probe', '{}', '2000-01-01', '2000-01-01', 'probe')"
        ),
    ),
    (
        "signing_key_attestation",
        "(id, key_id, person_id, office, at) VALUES (-1, -1, -1, 'probe', '2000-01-01')",
    ),
    (
        "signing_key_sheet",
        (
            "(id, key_id, sha256, size, media_type, uploaded_by_id, uploaded_at)"
            " VALUES (-1, -1, 'probe', 1, 'probe', -1, '2000-01-01')"
        ),
    ),
    (
        "signature",
        (
            "(id, token, document_id, dossier_id, move_id, side, way, document_sha256, at)"
            " VALUES (-1, 'probe', -1, -1, -1, 'body', 'paper', 'probe', '2000-01-01')"
        ),
    ),
    (
        "report",
        (
            "(id, token, target_id, programme_id, agency_id, period_id, kind, state, sent_on)"
            " VALUES (-1, 'probe', -1, -1, -1, -1, 'periodic', 'sent', '2000-01-02')"
        ),
    ),
    (
        "revision",
        (
            "(id, report_id, seq, submitted_on, recorded_on, value, not_applicable)"
            " VALUES (-1, -1, 1, '2000-01-02', '2000-01-02', '1', FALSE)"
        ),
    ),
    (
        "promise",
        (
            "(id, target_id, agency_id, will_send_on, sentence, promised_by_id, promised_at)"
            " VALUES (-1, -1, -1, '2000-01-01', 'probe', -1, '2000-01-01')"
        ),
    ),
    ("check_answer", "(id, revision_id, code, detail) VALUES (-1, -1, 'probe', '{}')"),
    (
        "sending_confirmation",
        (
            "(id, agency_id, person_id, office, key_id, nonce, sign_count, evidence, at)"
            " VALUES (-1, -1, -1, 'probe', -1, 'probe', 0, '{}', '2000-01-01')"
        ),
    ),
    (
        "report_receipt",
        "(id, revision_id, code, content, sha256) VALUES (-1, -1, 'probe', '{}', 'probe')",
    ),
    (
        "decision",
        (
            "(id, revision_id, seq, outcome, decided_on, recorded_on)"
            " VALUES (-1, -1, 1, 'returned', '2000-01-02', '2000-01-02')"
        ),
    ),
    (
        "withdrawal",
        "(id, decision_id, reason, withdrawn_by_id, withdrawn_at) VALUES (-1, -1, 'probe', -1, '2000-01-02')",
    ),
    (
        "correction",
        (
            "(id, token, revision_id, target_id, agency_id, reason, asked_on, asked_by_id, asked_at)"
            " VALUES (-1, 'probe', -1, -1, -1, 'probe', '2000-01-03', -1, '2000-01-03')"
        ),
    ),
    (
        "correction_end",
        (
            "(id, correction_id, outcome, ended_on, ended_by_id, ended_at)"
            " VALUES (-1, -1, 'withdrawn', '2000-01-03', -1, '2000-01-03')"
        ),
    ),
    (
        "reopening",
        "(id, decision_id, ground, number, dated_on) VALUES (-1, -1, 'finding', 'probe', '2000-01-02')",
    ),
    (
        "cell_comment",
        (
            "(id, target_id, period_id, agency_id, kind, text, said_by_id, said_at)"
            " VALUES (-1, -1, -1, -1, 'said', 'probe', -1, '2000-01-03')"
        ),
    ),
    (
        "cell_merge",
        (
            "(id, target_id, period_id, agency_id, part, side, conflict, yours, theirs, language, file_sha256,"
            " merged_by_id, merged_at) VALUES (-1, -1, -1, -1, 'figure', 'yours', FALSE, '{}', '{}', 'vi', 'probe', -1,"
            " '2000-01-01')"
        ),
    ),
    (
        "question_line",
        (
            "(id, report_id, revision_id, seq, side, text, said_by_id, said_at)"
            " VALUES (-1, -1, -1, 1, 'body', 'probe', -1, '2000-01-02')"
        ),
    ),
    (
        "target_request",
        (
            "(id, token, target_id, agency_id, state, version, written_by_id, written_at, kind, due_on, reason,"
            " asked_by_id, asked_at, asked_on) VALUES (-1, 'probe', -1, -1, 'waiting', 1, -1, '2000-01-01', 'probe',"
            " '2000-01-03', 'probe', -1, '2000-01-01', '2000-01-01')"
        ),
    ),
    (
        "target_decision",
        (
            "(id, target_id, agency_id, kind, granted, decided_on, decided_by_id, decided_at, reason)"
            " VALUES (-1, -1, -1, 'probe', FALSE, '2000-01-01', -1, '2000-01-01', 'probe')"
        ),
    ),
    (
        "letter",
        (
            "(id, token, kind, agency_id, drafted_at, state, state_since, version, words)"
            " VALUES (-1, 'probe', 'urging', -1, '2000-01-01', 'drafted', '2000-01-01', 1, '{}')"
        ),
    ),
    (
        "letter_move",
        (
            "(id, letter_id, seq, move, state_after, at, day)"
            " VALUES (-1, -1, 1, 'draft', 'drafted', '2000-01-01', '2000-01-01')"
        ),
    ),
    (
        "letter_file",
        (
            "(id, token, letter_id, move_id, sha256, size, media_type, name, uploaded_by_id, uploaded_at)"
            " VALUES (-1, 'probe', -1, -1, 'probe', 1, 'probe', 'probe', -1, '2000-01-01')"
        ),
    ),
    (
        "sign",
        (
            "(id, token, kind, programme_id, agency_id, about, key, detail, found_on, found_at, state, version)"
            " VALUES (-1, 'probe', 'probe', -1, -1, 0, 'probe', '{}', '2000-01-01', '2000-01-01', 'found', 0)"
        ),
    ),
    (
        "sign_word",
        (
            "(id, sign_id, seq, move, text, person_id, office, at)"
            " VALUES (-1, -1, 1, 'ask', 'probe', -1, 'probe', '2000-01-01')"
        ),
    ),
    (
        "apology_rule",
        (
            "(id, programme_id, from_on, targets, days, reason, set_by_id, set_at)"
            " VALUES (-1, -1, '2000-01-01', '[]', 5, 'probe', -1, '2000-01-01')"
        ),
    ),
    (
        "evidence",
        (
            "(id, token, revision_id, agency_id, sha256, size, media_type, name, uploaded_by_id, uploaded_at)"
            " VALUES (-1, 'probe', -1, -1, 'probe', 1, 'probe', 'probe', -1, '2000-01-01')"
        ),
    ),
    (
        "second_say",
        (
            "(id, token, kind, about_id, detail, reason, asked_by_id, asked_at, expires_at, outcome, decided_at)"
            " VALUES (-1, 'probe', 'probe', -1, '{}', 'probe', -1, '2000-01-01', '2000-01-01', 'expired', '2000-01-01')"
        ),
    ),
)
