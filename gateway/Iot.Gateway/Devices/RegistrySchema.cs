namespace Iot.Gateway.Devices;

/// <summary>The tables of the registry's SQLite file; its <c>user_version</c> is <see cref="Version"/>.</summary>
internal static class RegistrySchema
{
    public const int Version = 3;

    /// <summary>Makes this file ours among SQLite files: "iotr".</summary>
    public const int ApplicationId = 0x696F7472;

    // A hash as ASP.NET Core Identity writes it: PBKDF2 with its salt and count.
    private const string Passwords = "CREATE TABLE passwords (device TEXT PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE, hash TEXT NOT NULL, made_at INTEGER NOT NULL) WITHOUT ROWID;";

    // What a device is to be configured as, registered or not; version 0: nothing, it has reported only. Both are JSON objects.
    private const string Configs = "CREATE TABLE configs (device TEXT PRIMARY KEY, version INTEGER NOT NULL, settings TEXT NOT NULL, set_at INTEGER NOT NULL, reported TEXT, reported_at INTEGER) WITHOUT ROWID;";

    /// <summary>Makes a file of version 1 one of this version: 2 knows passwords, and of each certificate which root it leads to.</summary>
    public const string FromVersion1 = $"{Passwords} ALTER TABLE certificates ADD COLUMN root BLOB; {FromVersion2}";

    /// <summary>Makes a file of version 2 one of version 3, which knows configurations.</summary>
    public const string FromVersion2 = $"{Configs} PRAGMA user_version = 3;";

    // Times are unix seconds. devices.state is an EnrollmentState. A device has one token at most; it goes with the next one.
    // certificates.root is the fingerprint of the root it leads to; NULL in those from before that was noted.
    // certificates.origin is what it was given for (hash of a token, or fingerprint of the certificate before), request the hash of the CSR:
    // who asks again after a lost answer gets the same certificate, not a second one.
    public static readonly string Create = $"""
        CREATE TABLE devices (
            id TEXT PRIMARY KEY, type TEXT NOT NULL, site TEXT NOT NULL, tags TEXT NOT NULL, state INTEGER NOT NULL,
            created_at INTEGER NOT NULL, last_seen INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE tokens (
            device TEXT PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE, hash BLOB NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE certificates (
            fingerprint BLOB PRIMARY KEY, device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE, serial TEXT NOT NULL UNIQUE,
            not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,
            origin BLOB NOT NULL, request BLOB NOT NULL, bytes BLOB NOT NULL, root BLOB, UNIQUE (origin, request)) WITHOUT ROWID;
        CREATE INDEX certificates_of_device ON certificates (device, not_after);
        {Passwords}
        {Configs}
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        """;
}
