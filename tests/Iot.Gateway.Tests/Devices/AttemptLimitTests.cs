using System.Net;
using Iot.Gateway.Certificates;
using Iot.Gateway.Devices;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Devices;

/// <summary>What was refused counts, for the network that it came from, and for nobody else.</summary>
public sealed class AttemptLimitTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");
    private static readonly IPAddress There = IPAddress.Parse("198.51.100.1");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly AttemptLimit _limit;

    public AttemptLimitTests() => _limit = new(new() { TrustedAddresses = "203.0.113.0/24" }, _clock);

    [Fact]
    public void What_is_right_never_counts()
    {
        for (var i = 0; i < 1000; i++) Assert.True(_limit.MayTry(Here, Credential(7)));

        Assert.Equal(0, _limit.Remembered);
    }

    [Fact]
    public void A_credential_is_refused_to_one_network_so_often_and_others_may_show_it()
    {
        Fail(Here, Enumerable.Repeat(7, AttemptLimit.PerCredential));

        Assert.False(_limit.MayTry(Here, Credential(7)));
        Assert.True(_limit.MayTry(Here, Credential(8)));
        Assert.True(_limit.MayTry(There, Credential(7)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_limit.MayTry(Here, Credential(7)));
    }

    [Fact]
    public void An_address_beyond_its_limit_is_remembered_once_whatever_it_goes_on_to_show()
    {
        Fail(Here, Enumerable.Range(0, 10_000));

        Assert.False(_limit.MayTry(Here, null));
        Assert.Equal(AttemptLimit.PerAddress + 1, _limit.Remembered);
        Assert.True(_limit.MayTry(There, Credential(0)));
    }

    [Fact]
    public void Thousands_of_guessers_shut_nobody_out()
    {
        for (var i = 0; i < 4000; i++) Fail(new([10, 1, (byte)(i >> 8), (byte)i]), Enumerable.Range(0, AttemptLimit.PerAddress));

        Assert.Equal(AttemptLimit.MostRemembered, _limit.Remembered);
        Assert.True(_limit.MayTry(Here, Credential(7)));
        Assert.False(_limit.MayTry(new([10, 1, 0, 0]), Credential(7)));
    }

    [Fact]
    public void A_trusted_address_speaks_for_many_and_is_bounded_by_credential_only()
    {
        var proxy = IPAddress.Parse("203.0.113.9");
        Fail(proxy, Enumerable.Range(0, 100));
        Fail(proxy, Enumerable.Repeat(7, AttemptLimit.PerCredential));

        Assert.True(_limit.MayTry(proxy, Credential(8)));
        Assert.False(_limit.MayTry(proxy, Credential(7)));
    }

    private void Fail(IPAddress from, IEnumerable<int> credentials)
    {
        foreach (var one in credentials) _limit.Failed(from, Credential(one));
    }

    private static Fingerprint Credential(int number) => Fingerprint.Of(BitConverter.GetBytes(number));
}
