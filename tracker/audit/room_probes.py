"""The same of what comes after reports: letters, apologies, signs, conclusions of meetings, frozen rankings."""

AFTER_THE_YEAR = (
    (
        "conclusion",
        (
            "(id, token, programme_id, agency_id, met_on, task, office, due_on, concluded_by_id, concluded_at)"
            " VALUES (-1, 'probe', -1, -1, '2000-01-01', 'probe', 'head', '2000-01-01', -1, '2000-01-01')"
        ),
    ),
    (
        "conclusion_end",
        (
            "(id, conclusion_id, outcome, text, ended_by_id, ended_at, ended_on)"
            " VALUES (-1, -1, 'withdrawn', 'probe', -1, '2000-01-01', '2000-01-01')"
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
        "ranking_preview",
        (
            "(id, token, programme_id, period, judged_on, shown_on, until, content, sha256, state, state_since,"
            " version) VALUES (-1, 'probe', -1, 'probe', '2000-01-01', '2000-01-01', '2000-01-01', '{}', 'probe',"
            " 'shown', '2000-01-01', 1)"
        ),
    ),
    (
        "ranking_move",
        (
            "(id, preview_id, seq, move, state_after, person_id, office, at, day)"
            " VALUES (-1, -1, 1, 'show', 'shown', -1, 'monitor', '2000-01-01', '2000-01-01')"
        ),
    ),
    (
        "ranking_appeal",
        (
            "(id, token, preview_id, move_id, agency_id, target_id, status)"
            " VALUES (-1, 'probe', -1, -1, -1, -1, 'probe')"
        ),
    ),
    ("ranking_answer", "(id, appeal_id, move_id, outcome) VALUES (-1, -1, -1, 'refused')"),
    (
        "ranking_edition",
        (
            "(id, preview_id, move_id, number, known_on, decision, decided_on, content, sha256, difference)"
            " VALUES (-1, -1, -1, 1, '2000-01-01', 'probe', '2000-01-01', '{}', 'probe', '[]')"
        ),
    ),
)
