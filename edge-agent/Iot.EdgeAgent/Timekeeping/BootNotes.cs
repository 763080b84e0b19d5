namespace Iot.EdgeAgent.Timekeeping;

/// <summary>The boots of this machine as the agent lived through them, oldest first, this one last.</summary>
/// <remarks>
/// A binding is on disk before anything is sent with it, and never changes: so a batch that is sent twice is the same batch.
/// Written at the start, once a minute while the time is not known, and when it becomes known. Not thread-safe.
/// </remarks>
internal sealed class BootNotes
{
    /// <summary>More are forgotten, the oldest first; what they recorded and is still not sent gets a rough time.</summary>
    public const int Most = 256;

    /// <summary>A time in whole milliseconds keeps its readings in whole milliseconds.</summary>
    public const long NsPerMs = 1_000_000;

    private static readonly long AheadNs = (long)TimeSpan.FromMinutes(1).TotalNanoseconds;

    private readonly NotedFile _file;
    private List<BootNote> _notes;

    /// <exception cref="InvalidDataException">The note is damaged.</exception>
    public BootNotes(NotedFile file)
    {
        _file = file;
        var body = file.Read() ?? [];
        if (body.Length % BootNote.Size != 0) throw new InvalidDataException($"'{file.FullPath}' is damaged");

        _notes = [.. body.Chunk(BootNote.Size).Select(note => BootNote.Read(note))];
    }

    public IReadOnlyList<BootNote> All => _notes;

    /// <summary>The agent runs in this boot, for the first time or again.</summary>
    /// <exception cref="IOException">It is not noted.</exception>
    public void Enter(Guid boot, long bootNs, long rawNs)
    {
        if (Find(boot) is null) Write([.. _notes.TakeLast(Most - 1), new(boot, bootNs, bootNs + AheadNs, rawNs)]);
    }

    public BootNote? Find(Guid boot) => _notes.Find(note => note.Boot == boot);

    /// <summary>Something is recorded in this boot, by its own time; noted ahead, so that it need not be for each.</summary>
    /// <exception cref="IOException">It is not noted.</exception>
    public void Recording(Guid boot, long bootNs, long rawNs)
    {
        Enter(boot, bootNs, rawNs);
        if (Find(boot) is { } note && bootNs > note.EndNs) Replace(note, note with { EndNs = bootNs + AheadNs });
    }

    /// <summary>Nothing more will be recorded in this boot by this process.</summary>
    /// <exception cref="IOException">It is not noted.</exception>
    public void Leave(Guid boot, long bootNs)
    {
        if (Find(boot) is { OffsetNs: null } note && note.EndNs != bootNs) Replace(note, note with { EndNs = bootNs });
    }

    /// <summary>This boot's time is known; that of the boots before it, too, as far as it can be: those that ended without.</summary>
    /// <param name="apart">What keeps readings of a boot apart from all before, given their first time.</param>
    /// <returns>How many boots got an estimate.</returns>
    /// <exception cref="IOException">It is not noted, and nothing may be sent with it.</exception>
    public int Bind(Guid boot, long offsetNs, bool isEstimate, Func<long, long> apart)
    {
        var at = _notes.FindIndex(note => note.Boot == boot);
        if (at < 0) throw new IOException("this boot was not noted yet");

        var notes = new List<BootNote>(_notes);
        var estimates = BootEstimate.Fill(notes, at, offsetNs);
        notes[at] = notes[at] with { OffsetNs = offsetNs, IsEstimate = isEstimate };
        for (var i = 0; i <= at; i++)
            if (_notes[i].OffsetNs is null) notes[i] = notes[i] with { OffsetNs = notes[i].OffsetNs + apart(notes[i].OffsetNs!.Value + notes[i].FirstNs) };

        Write(notes);
        return estimates;
    }

    /// <summary>A boot that was forgotten, or whose note was damaged: it was before all that are known.</summary>
    /// <exception cref="IOException">It is not noted, and nothing may be sent with it.</exception>
    public BootNote AddForgotten(Guid boot, long lastNs)
    {
        var before = _notes[0].OffsetNs!.Value;
        var note = new BootNote(boot, 0, lastNs, 0, (before - lastNs) / NsPerMs * NsPerMs, IsEstimate: true);
        Write([note, .. _notes]);
        return note;
    }

    private void Replace(BootNote note, BootNote by) => Write([.. _notes.Select(one => one == note ? by : one)]);

    private void Write(List<BootNote> notes)
    {
        var body = new byte[notes.Count * BootNote.Size];
        for (var i = 0; i < notes.Count; i++) notes[i].Write(body.AsSpan(i * BootNote.Size));

        _file.Write(body);
        _notes = notes;
    }
}
