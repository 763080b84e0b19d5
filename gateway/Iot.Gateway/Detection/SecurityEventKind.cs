namespace Iot.Gateway.Detection;

/// <summary>What a detector may have seen. Also a metric tag and a name in the API, so the set stays small and fixed.</summary>
internal enum SecurityEventKind : byte
{
    /// <summary>One client id, taken over again and again.</summary>
    TakeoverFlapping,

    /// <summary>Publishes, filters or last wills outside a client's own topics.</summary>
    ForeignTopics,

    /// <summary>Refused credentials, keys, tokens, one after the other.</summary>
    CredentialGuessing,

    /// <summary>One certificate used from two networks at once.</summary>
    CertificateShared,

    /// <summary>Messages, readings or bytes a minute far from the device's own habit.</summary>
    UnusualRate,

    /// <summary>New readings under old sequence numbers, or an outbox life that ended and is back.</summary>
    SequenceRegression,

    /// <summary>The device's clock is suddenly elsewhere, and stays there.</summary>
    ClockJump,

    /// <summary>A value far from all that its series has been.</summary>
    UnusualValue,
}

internal enum Severity : byte
{
    /// <summary>Look at it when there is time.</summary>
    Notice,

    /// <summary>Look at it today.</summary>
    Warning,

    /// <summary>Somebody may be speaking in a device's name now.</summary>
    Critical,
}

internal static class Severities
{
    public static Severity Of(SecurityEventKind kind) => kind switch
    {
        SecurityEventKind.CertificateShared => Severity.Critical,
        SecurityEventKind.ClockJump or SecurityEventKind.UnusualValue => Severity.Notice,
        _ => Severity.Warning,
    };
}
