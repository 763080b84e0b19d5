using Iot.Gateway.Audit;

namespace Iot.Gateway.Detection.Connections;

/// <summary>Two clients with one id end each other's connection without end; a device with a bad link takes over only what it has left behind.</summary>
/// <remarks>Hears from the audit log where the connection came from that was ended.</remarks>
internal sealed class TakeoverWatch(Action<Finding> raise, DetectionOptions options, TimeProvider clock)
{
    private readonly Tally<Takeovers> _clients = new(options.Window, clock);

    public void Heard(AuditEvent what)
    {
        if (what.Act != AuditAct.Takeover || !options.TakeoverFlapping) return;

        var address = RefusalWatch.SiteOf(what.From);
        var (count, returns, other) = _clients.With(what.Who, takeovers => takeovers.Add(address));
        if (count < options.Takeovers && returns < options.NetworkReturns) return;

        var between = other.Length > 0 ? $" between {address} and {other}" : $" from {address}";
        raise(new(
            SecurityEventKind.TakeoverFlapping, what.Who, $"taken over {count} times in {Words.Of(options.Window)}{between}",
            $"fewer than {options.Takeovers}, and not back and forth between networks") { Client = what.Who, Address = address });
    }

    /// <summary>Of one client id, within the window.</summary>
    private sealed class Takeovers
    {
        private string _last = "";
        private string _before = "";
        private long _count;
        private int _returns;

        public (long Count, int Returns, string Other) Add(string address)
        {
            _count++;
            if (_last.Length > 0 && !address.Equals(_last, StringComparison.Ordinal))
            {
                if (address.Equals(_before, StringComparison.Ordinal)) _returns++;
                _before = _last;
            }

            _last = address;
            return (_count, _returns, _before);
        }
    }
}
