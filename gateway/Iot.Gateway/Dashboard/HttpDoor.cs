using System.Diagnostics.Metrics;
using System.Net;
using Iot.Gateway.Mqtt.Quotas;
using Iot.Gateway.Observability;
using Microsoft.AspNetCore.Connections;

namespace Iot.Gateway.Dashboard;

/// <summary>How many HTTP connections there may be, in all and of one address: so that they leave memory and file descriptors to MQTT. Thread-safe.</summary>
/// <remarks>One too many is closed before it costs a handshake. Those before it stay: they are short, and an idle one ends by itself.</remarks>
internal sealed class HttpDoor
{
    private readonly LimitsOptions _limits;
    private readonly IReadOnlyList<IPNetwork> _trusted;
    private readonly TimeProvider _clock;
    private readonly ILogger<HttpDoor> _logger;
    private readonly Counter<long> _refused;
    private readonly Bound _tooMany = new(nameof(LimitsOptions.HttpConnections));
    private readonly Bound _tooManyOfAddress = new(nameof(LimitsOptions.HttpConnectionsPerAddress));
    private readonly Lock _turn = new();
    private readonly Dictionary<IPAddress, int> _ofAddress = [];
    private int _all;

    public HttpDoor(LimitsOptions limits, IMeterFactory meters, TimeProvider clock, ILogger<HttpDoor> logger)
    {
        (_limits, _trusted, _clock, _logger) = (limits, limits.TrustedNetworks, clock, logger);
        _refused = meters.Create(new MeterOptions(GatewayMetrics.MeterName) { Version = GatewayVersion.Text })
            .CreateCounter<long>("iot.gateway.http.connections.refused", "{connection}", "HTTP connections that were closed at once because there were too many.");
    }

    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var address = RemoteAddress.CountedFor(connection.RemoteEndPoint, _trusted);
        if (WhyNotEnter(address) is { } bound)
        {
            Refuse(connection, bound);
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    };

    /// <summary>What says no; null: it has entered, until <see cref="Leave"/>.</summary>
    private Bound? WhyNotEnter(IPAddress? address)
    {
        lock (_turn)
        {
            var ofAddress = address is null ? 0 : _ofAddress.GetValueOrDefault(address);
            if (address is not null && ofAddress >= _limits.HttpConnectionsPerAddress) return _tooManyOfAddress;
            if (_all >= _limits.HttpConnections) return _tooMany;

            if (address is not null) _ofAddress[address] = ofAddress + 1;
            _all++;
            return null;
        }
    }

    private void Leave(IPAddress? address)
    {
        lock (_turn)
        {
            _all--;
            if (address is not null && --_ofAddress[address] == 0) _ofAddress.Remove(address);
        }
    }

    private void Refuse(ConnectionContext connection, Bound bound)
    {
        _refused.Add(1);
        if (bound.Lines.MaySpeak(_clock, out var suppressed)) _logger.TooManyHttpConnections(connection.RemoteEndPoint, bound.Setting, suppressed);
        connection.Abort();
    }

    private sealed record Bound(string Setting)
    {
        public QuietKind Lines { get; } = new();
    }
}
