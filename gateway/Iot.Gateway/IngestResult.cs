namespace Iot.Gateway;

/// <summary>What became of one message. All but <see cref="Full"/> and <see cref="Failed"/> mean: on disk, acknowledge it.</summary>
internal enum IngestResult : byte
{
    /// <summary>Its readings are on disk, judged one by one.</summary>
    Stored,

    /// <summary>It was on disk already; nothing changed but the count of duplicates.</summary>
    Duplicate,

    /// <summary>It could not be read; its bytes are on disk as a dead letter. MQTT 5 reason 0x99.</summary>
    Refused,

    /// <summary>Not stored: the journal is full. MQTT 5 reason 0x97; no PUBACK to a 3.1.1 client.</summary>
    Full,

    /// <summary>Not stored: the disk failed. No PUBACK; the client sends it again.</summary>
    Failed,
}
