namespace Iot.CrashTest.Faults;

/// <summary>What can be done to the parts.</summary>
internal enum FaultKind
{
    GatewayKilled,

    /// <summary>While it starts, at any moment of the time that the last start took.</summary>
    GatewayKilledAtStart,
    GatewayStopped,

    /// <summary>Killed, and all that it had not synced is gone.</summary>
    PowerCut,

    /// <summary>A life of the gateway in which some fsyncs fail.</summary>
    FailingDisk,
    AgentKilled,
    AgentKilledAtStart,
    BrokerKilled,
    BrokerStopped,
    DatabaseKilled,
    DatabaseKilledAtStart,
    DatabaseStopped,

    /// <summary>Killed, and back after 1–10 s.</summary>
    DatabaseAway,

    /// <summary>SIGSTOP for 1–10 s: it takes connections and answers nothing.</summary>
    DatabaseFrozen,

    /// <summary>A kill of influxd fell into the middle of a write to its log.</summary>
    DatabaseLogTorn,

    /// <summary>A connection cut in the middle of what a client sends.</summary>
    LinkCut,
}
