namespace Iot.EdgeAgent.Sensors;

/// <summary>A thread of one's own for reads that may hang in the kernel, where nothing can call them back: a stuck bus holds up nobody else.</summary>
/// <remarks>One caller at a time, and no more work than one piece. The thread starts with the first.</remarks>
/// <param name="start">Default: as it is.</param>
internal sealed class SamplingThread(string name, Action<Thread>? start = null) : IDisposable
{
    private const int StackBytes = 256 * 1024;

    private readonly SemaphoreSlim _asked = new(0);
    private Action? _work;
    private TaskCompletionSource? _done;
    private Thread? _thread;

    /// <summary>Ends when <paramref name="work"/> has ended, however long that takes, and as it did.</summary>
    /// <exception cref="IOException">There is no thread for it; the next call tries again.</exception>
    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_work, _done) = (work, done);
        _thread ??= Started();
        _asked.Release();
        return done.Task;
    }

    /// <summary>The thread ends as soon as its work lets it.</summary>
    public void Dispose()
    {
        _work = null;
        _asked.Release();
    }

    private Thread Started()
    {
        var thread = new Thread(Run, StackBytes) { IsBackground = true, Name = name };
        try
        {
            if (start is null) thread.Start();
            else start(thread);
            return thread;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            throw new IOException("there is no thread to read it: more than the machine has memory for, or than TasksMax of the service allows. Sample fewer sensors, or raise it.", e);
        }
    }

    private void Run()
    {
        while (true)
        {
            _asked.Wait();
            if (_work is not { } work) return;

            var done = _done!;
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception e) // belongs to whoever waits for the work
            {
                done.SetException(e);
            }
        }
    }
}
