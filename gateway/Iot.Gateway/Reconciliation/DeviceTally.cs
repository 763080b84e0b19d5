using System.Runtime.InteropServices;
using Iot.Gateway.Ledger;
using Iot.Wire;

namespace Iot.Gateway.Reconciliation;

/// <summary>Accepted readings by device, once by the books and once by the journal, both up to the same offset.</summary>
internal sealed class DeviceTally
{
    private readonly Dictionary<DeviceId, long> _books = [];
    private readonly Dictionary<DeviceId, long> _journal = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly DeviceId? _only;

    /// <param name="only">Compare only this device.</param>
    public DeviceTally(GatewayLedger ledger, DeviceId? only)
    {
        _only = only;
        ledger.Visit((applied, _, accounts) =>
        {
            Applied = applied;
            foreach (var account in accounts)
            {
                _books[account.Device] = account.Sum.Accepted;
                _names.Add(account.Device.Value);
            }
        });
    }

    /// <summary>One past the last record in the books.</summary>
    public ulong Applied { get; private set; }

    /// <summary>Accepted readings counted from the journal.</summary>
    public long Readings { get; private set; }

    /// <summary>Whether the books have heard of a device.</summary>
    public bool Knows(string device) => _names.Contains(device);

    /// <param name="accepted">As the books count that record.</param>
    public void Add(ulong offset, DeviceId device, long accepted)
    {
        if (accepted == 0) return;

        Readings += accepted;
        if (offset < Applied) CollectionsMarshal.GetValueRefOrAddDefault(_journal, device, out _) += accepted;
    }

    /// <summary>Where they differ. The books also hold what the journal has let go; but never less than it holds.</summary>
    /// <param name="whole">The journal holds everything that ever arrived.</param>
    public IReadOnlyList<BooksDifference> Differences(bool whole) =>
    [
        .. _books.Keys.Union(_journal.Keys)
            .Where(device => _only is not { } only || only == device)
            .Select(device => new BooksDifference(device, _books.GetValueOrDefault(device), _journal.GetValueOrDefault(device)))
            .Where(both => whole ? both.Books != both.Journal : both.Books < both.Journal)
            .OrderBy(both => both.Device)
            .Take(ReconcileQuestion.MostNamed),
    ];
}
