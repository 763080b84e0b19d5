using Iot.Gateway.Spooling;
using Iot.Wire;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>What another version of the gateway would make of a record.</summary>
public sealed class SpoolRecordTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 2)]
    public void Only_a_record_that_an_older_gateway_would_misread_has_another_version(ulong given, byte version)
    {
        var bytes = Write(given);
        var read = SpoolRecord.Read(bytes);

        Assert.Equal(version, bytes[0]);
        Assert.Equal(new BatchIdentity(1, 2, 2, given), read.Identity);
        Assert.True(read.Device.SequenceEqual("pump-7"u8));
    }

    [Theory]
    [InlineData(0, 3)] // the version
    [InlineData(3, 3)] // has identity
    [InlineData(3, 0)]
    [InlineData(52, 0)] // given
    public void A_record_of_another_layout_is_refused(int at, byte value)
    {
        var bytes = Write(given: 7);
        bytes[at] = value;

        Assert.Throws<InvalidDataException>(() => SpoolRecord.Read(bytes));
    }

    private static byte[] Write(ulong given)
    {
        var record = new SpoolRecord { Verdict = Verdict.Judged, Identity = new(1, 2, 2, given), Readings = 1, Device = "pump-7"u8 };
        var bytes = new byte[record.HeadLength(0)];
        Assert.Equal(bytes.Length, record.WriteHead(bytes, []));
        return bytes;
    }
}
