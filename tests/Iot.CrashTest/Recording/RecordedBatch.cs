namespace Iot.CrashTest.Recording;

/// <summary>One batch, however often it passed. Guarded by its recorder.</summary>
/// <param name="Digest">Of its bytes, which must never change.</param>
internal sealed record RecordedBatch(string Device, ulong Epoch, ulong Seq, ulong Digest, IReadOnlyList<Point> Points)
{
    /// <summary>Times it was published.</summary>
    public int Sent { get; set; }

    /// <summary>Times it was acknowledged as taken.</summary>
    public int Acknowledged { get; set; }

    public override string ToString() => $"{Device} epoch {Epoch:x16} seq {Seq}";
}
