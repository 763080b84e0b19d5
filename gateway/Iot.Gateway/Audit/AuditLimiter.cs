namespace Iot.Gateway.Audit;

/// <summary>Lets a few refusals of each kind and subject into the log each minute, and counts the others. Thread-safe.</summary>
/// <remarks>Bounded in memory: a client with a new name each time only fills the count of all others.</remarks>
internal sealed class AuditLimiter(AuditOptions options, TimeProvider clock)
{
    private const int MaxSubjects = 1000;

    /// <summary>Most summaries of one kind at a time; those left out most come first.</summary>
    private const int MaxSummaries = 20;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<AuditAct, Kind> _kinds = [];
    private long _began = clock.GetTimestamp();

    /// <summary>False when it is counted instead.</summary>
    public bool MayWrite(AuditAct act, string subject)
    {
        lock (_gate)
        {
            if (!_kinds.TryGetValue(act, out var kind)) _kinds[act] = kind = new();
            return kind.MayWrite(subject, options);
        }
    }

    /// <summary>Once a minute, or now: a summary of what was left out since the last time.</summary>
    public IReadOnlyList<AuditEvent> LeftOut(bool now)
    {
        lock (_gate)
        {
            if (!now && clock.GetElapsedTime(_began) < Window) return [];

            _began = clock.GetTimestamp();
            AuditEvent[] summaries = [.. _kinds.SelectMany(kind => kind.Value.Summaries(kind.Key))];
            _kinds.Clear();
            return summaries;
        }
    }

    private sealed class Kind
    {
        private readonly Dictionary<string, Subject> _subjects = new(StringComparer.Ordinal);
        private int _written;
        private long _others;

        public bool MayWrite(string name, AuditOptions options)
        {
            if (!_subjects.TryGetValue(name, out var subject))
            {
                if (_subjects.Count == MaxSubjects)
                {
                    _others++;
                    return false;
                }

                _subjects[name] = subject = new();
            }

            if (subject.Written < options.PerMinuteAndSubject && _written < options.PerMinute)
            {
                subject.Written++;
                _written++;
                return true;
            }

            subject.LeftOut++;
            return false;
        }

        public IEnumerable<AuditEvent> Summaries(AuditAct act)
        {
            var worst = _subjects.Where(subject => subject.Value.LeftOut > 0).OrderByDescending(subject => subject.Value.LeftOut).ToList();
            foreach (var (name, subject) in worst.Take(MaxSummaries)) yield return Summary(act, name, subject.LeftOut);

            var others = _others + worst.Skip(MaxSummaries).Sum(subject => subject.Value.LeftOut);
            if (others > 0) yield return Summary(act, "(others)", others);
        }

        private static AuditEvent Summary(AuditAct act, string who, long count) =>
            new(AuditAct.LeftOut, who, On: AuditActs.NameOf(act), Detail: "that many more in a minute", Count: count);
    }

    private sealed class Subject
    {
        public int Written { get; set; }

        public long LeftOut { get; set; }
    }
}
