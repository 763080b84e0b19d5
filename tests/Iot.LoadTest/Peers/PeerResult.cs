using Iot.LoadTest.Gateway;
using Iot.LoadTest.Reports;

namespace Iot.LoadTest.Peers;

/// <summary>What one run showed; all but lost and doubled without the warm-up.</summary>
/// <param name="Published">Readings acknowledged by whom the devices published to.</param>
/// <param name="UntilStored">From the first publish until the sink had everything, or all that ever came.</param>
/// <param name="BrokerCpu">Null without a broker.</param>
/// <param name="Lost">Readings acknowledged and not in the sink.</param>
/// <param name="Doubled">Readings written again to the sink.</param>
internal sealed record PeerResult(
    Peer Peer, long Published, TimeSpan UntilStored, ProcessFigures Bridge, TimeSpan? BrokerCpu, Percentiles Sink, long Lost, long Doubled);

/// <summary>As above, over the whole run.</summary>
internal sealed record KilledResult(Peer Peer, long Published, long Lost, long Doubled);
