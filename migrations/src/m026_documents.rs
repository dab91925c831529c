//! Documents 文件 that decide or prove something, filed with their bytes: 指标文, 分配文, 会议纪要 and others.

crate::ddl::step!(
    "CREATE TABLE documents (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        number {TXT} NOT NULL CHECK (number <> ''),
        title {TXT} NOT NULL CHECK (title <> ''),
        kind {TXT} NOT NULL CHECK (kind IN ('budget', 'distribution', 'minutes', 'policy', 'legal', 'bank', 'other')),
        dated_on {TXT} NOT NULL,
        file_name {TXT} NOT NULL,
        file_sha256 {TXT} NOT NULL,
        media {TXT} NOT NULL CHECK (media IN ('pdf', 'ofd', 'png', 'jpeg', 'tiff', 'docx', 'xlsx')),
        file_bytes {INT} NOT NULL CHECK (file_bytes > 0),
        filed_by {TXT} NOT NULL,
        filed_at_ms {INT} NOT NULL,
        struck_position {INT},
        struck_because {TXT} NOT NULL,
        struck_by {TXT},
        struck_at_ms {INT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_documents_struck CHECK ((struck_position IS NULL) = (struck_because = '')
            AND (struck_position IS NULL) = (struck_by IS NULL)
            AND (struck_position IS NULL) = (struck_at_ms IS NULL))
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_documents_same ON documents (book_id, number, file_sha256) WHERE struck_position IS NULL",
);
