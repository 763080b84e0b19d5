using System.Net;
using System.Security.Cryptography.X509Certificates;
using Iot.Gateway.Certificates;
using Iot.Gateway.Devices;
using Iot.Gateway.Mqtt.Quotas;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Iot.Gateway.Mqtt;

/// <summary>One client's connection, as MQTTnet sees it: every packet passes here, in both directions.</summary>
/// <remarks>
/// <code>
/// socket ─► PacketReader (guard) ─┬─ PUBLISH ─► PublishIntake ─► ingest ─► PublishWindow ─► answer ─┐
///                                 └─ the rest ─► MQTTnet: sessions, subscriptions, keep alive ──────┴─► PacketWriter ─► socket
/// </code>
/// For a PUBLISH MQTTnet is given a packet without effect, so that its keep-alive statistics stay true.
/// One task reads; answers and <see cref="End"/> come from others.
/// </remarks>
internal sealed partial class ClientConnection : IMqttChannelAdapter
{
    /// <summary>So many publishes are taken before MQTTnet gets a turn: it yields to other connections.</summary>
    private const int MaxPublishesATurn = 32;

    /// <summary>Most requests whose answer has not left yet: the client may write them faster than it reads.</summary>
    private const int MaxUnansweredRequests = 16;

    /// <summary>What a client that has sent nothing goes by in the log.</summary>
    public const string NoClient = "(no CONNECT)";

    private static readonly MqttPubAckPacket Harmless = new();
    private static readonly byte[] PingResponse = [0xD0, 0x00];

    private readonly ConnectionContext _connection;
    private readonly ConnectionServices _services;
    private readonly PacketReader _reader;
    private readonly PacketWriter _writer;
    private readonly SemaphoreSlim _requests = new(MaxUnansweredRequests);
    private readonly SentMessages _sent = new();
    private readonly Place _place;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Ending _ending;
    private ITimer? _cutOff;
    private bool _accepted;

    public ClientConnection(ConnectionContext connection, Place place, ConnectionServices services)
    {
        _connection = connection;
        _place = place;
        _services = services;
        PacketFormatterAdapter = new(new MqttBufferWriter(512, 65535));
        _reader = new(connection.Transport.Input, PacketFormatterAdapter, new(services.MaxPacketBytes));
        _writer = new(connection.Transport.Output, PacketFormatterAdapter);
        Certificate = ClientCertificate is { } shown ? Fingerprint.Of(shown.RawDataMemory.Span) : null;
        place.Serve(this);
    }

    public MqttPacketFormatterAdapter PacketFormatterAdapter { get; }

    public EndPoint? RemoteEndPoint => _connection.RemoteEndPoint;
    public EndPoint? LocalEndPoint => _connection.LocalEndPoint;
    public X509Certificate2? ClientCertificate => _connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
    public bool IsSecureConnection => _connection.Features.Get<ITlsHandshakeFeature>() is not null;
    public long BytesReceived => _reader.BytesReceived;
    public long BytesSent => _writer.BytesSent;

    /// <summary>Of the certificate that the client showed in TLS, whose key it has proved; null without one.</summary>
    public Fingerprint? Certificate { get; }

    /// <summary>By what it proved which device it is; null for one that proved nothing.</summary>
    public DeviceProof? Proof { get; set; }

    /// <summary>The socket is gone.</summary>
    public CancellationToken Closed => _connection.ConnectionClosed;

    /// <summary>Null until CONNECT came.</summary>
    public ClientSession? Session { get; private set; }

    private bool IsVersion5 => PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.V500;

    public string Client => Session?.Id ?? NoClient;

    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await NextAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            return null; // the client is gone; MQTTnet publishes its last will
        }
        catch (OperationCanceledException) when (Session is null && _ending == Ending.None)
        {
            _services.Refusals.Disconnected(Client, RemoteEndPoint, MqttRefusal.ConnectTimeout);
            return null;
        }
    }

    public async Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        switch (packet)
        {
            case MqttConnAckPacket answer when ConnectAnswer.IsSuccess(answer):
                _accepted = true;
                if (Proof is { Certificate: { } shown } proved) _services.Certificates.Connected($"{shown}", proved.Device.Value, RemoteEndPoint);
                if (!IsVersion5) break;

                await _writer.WriteAsync(Session!.Welcome(), cancellationToken);
                return;
            case MqttPublishPacket { PacketIdentifier: > 0 } when !_sent.TryAdd(((MqttPublishPacket)packet).PacketIdentifier):
                End(Ending.NotAcknowledging);
                return;
            case MqttPublishPacket publish when Session!.IsTooLarge(publish):
                return; // MQTT 5 wants it dropped as if it had been sent
            case MqttSubAckPacket or MqttUnsubAckPacket or MqttPubRelPacket:
                _requests.Release();
                break;
        }

        await _writer.SendAsync(packet, cancellationToken);
    }

    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask; // a server's connection is connected

    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        Session?.Binding.End();
        if (_accepted && Proof is { Certificate: { } shown }) _services.Certificates.Disconnected($"{shown}", RemoteEndPoint);
        try
        {
            await _writer.CloseAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _connection.Abort(); // it does not read, so a last write would wait for ever
        }
    }

    public void ResetStatistics()
    {
        // Nobody reads them: the meter counts.
    }

    public void Dispose()
    {
        if (Session is not null) _services.Live.Leave(this);
        _cutOff?.Dispose();
        _reader.Dispose();
    }

    /// <summary>The next packet that concerns MQTTnet; null when the connection is over.</summary>
    private async Task<MqttPacket?> NextAsync(CancellationToken cancellation)
    {
        for (var publishes = 0; ;)
        {
            if (_ending != Ending.None) return await EndAsync(cancellation);
            if (_place.Debt() is var debt && debt > TimeSpan.Zero) return await PauseAsync(debt, cancellation);

            switch (publishes == 0 ? await _reader.ReadAsync(cancellation) : _reader.Read())
            {
                case ReadOutcome.Nothing:
                    return Harmless;
                case ReadOutcome.Ended:
                    return null;
                case ReadOutcome.Refused:
                    return await RefuseAsync(_reader.Refusal, cancellation);
                case ReadOutcome.Packet when _reader.Header.Type != PacketType.Publish:
                    return await OtherAsync(cancellation);
                case ReadOutcome.Packet:
                    await Session!.Window.RoomAsync(_reader.Header.QualityOfService, cancellation);
                    if (_ending == Ending.None && Session.Intake.Take(_reader.Header.First, _reader.Body()) is { } reason)
                        return await DisconnectClientAsync(reason, cancellation);

                    _reader.Advance();
                    if (++publishes == MaxPublishesATurn) return Harmless;
                    break;
            }
        }
    }

    private async Task<MqttPacket?> OtherAsync(CancellationToken cancellation)
    {
        var packet = _reader.Decode();
        _reader.Advance();
        switch (packet)
        {
            case null or MqttPacketWithIdentifier { PacketIdentifier: 0 }:
                return await RefuseAsync(MqttRefusal.Malformed, cancellation);
            case MqttConnectPacket connect:
                Session = new(connect, IsVersion5, _place, _writer, _services, NotStored);
                return connect;
            case MqttPingReqPacket:
                await _writer.WriteAsync(PingResponse, cancellation); // here, because MQTTnet would queue answers without bound
                return Harmless;
            case MqttPubRelPacket release:
                await _writer.WriteAsync(Session!.Complete(release.PacketIdentifier), cancellation);
                return Harmless;
            case MqttPubAckPacket or MqttPubCompPacket:
                _sent.Acknowledged(((MqttPacketWithIdentifier)packet).PacketIdentifier);
                return packet;
            case MqttDisconnectPacket { ReasonCode: MqttDisconnectReasonCode.DisconnectWithWillMessage }:
                return null; // as if it had vanished: MQTTnet publishes the last will only then
            case MqttSubscribePacket { TopicFilters.Count: 0 } or MqttUnsubscribePacket { TopicFilters.Count: 0 }:
                return await RefuseAsync(MqttRefusal.Malformed, cancellation);
            case MqttSubscribePacket subscribe:
                SubscriptionRules.LevelQualities(subscribe);
                await _requests.WaitAsync(cancellation);
                return packet;
            case MqttUnsubscribePacket or MqttPubRecPacket:
                await _requests.WaitAsync(cancellation);
                return packet;
            default:
                return packet;
        }
    }
}
