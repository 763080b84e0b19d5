namespace Iot.Gateway.Mqtt;

/// <summary>How a connection is to end, decided by somebody else than its reader.</summary>
internal enum Ending
{
    None,

    /// <summary>At once: a message could not be stored and must come again.</summary>
    Failed,

    /// <summary>After a pause: the journal is full, and a 3.1.1 client sends again only after reconnecting.</summary>
    Full,

    /// <summary>After what was taken has been answered: the gateway stops.</summary>
    Drain,

    /// <summary>At once: the client does not acknowledge what it is sent.</summary>
    NotAcknowledging,

    /// <summary>At once: another needs its place more.</summary>
    GiveWay,

    /// <summary>At once: its device was shut out, or must show another certificate or password.</summary>
    ShutOut,
}
