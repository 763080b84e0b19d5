namespace Iot.Gateway.Delivery;

/// <summary>A sink has stored more than the spool ever held: it was filled from another spool. Nothing is delivered until a person decides.</summary>
internal sealed class SinkAheadException(string sink, ulong stands, ulong end) : IOException(
    $"Sink '{sink}' stands at offset {stands}, but the spool ends at {end}: it belongs to another spool. " +
    "Put that spool back, or move the sink's file away to start a new one.");
