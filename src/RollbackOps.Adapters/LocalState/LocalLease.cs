using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.LocalState;

/// <summary>
/// The lease of one machine (S8): an operating-system lock, with a file beside it that says who holds it. A holder of
/// this machine whose lock is free is dead; one of another machine counts until its lease has expired and the longest
/// request it may have under way is over.
/// </summary>
internal sealed class LocalLease : ILease
{
    private static readonly TimeSpan s_term = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_longestRequest = TimeSpan.FromSeconds(60);

    private const int LookerTries = 20;
    private static readonly TimeSpan s_lookerPause = TimeSpan.FromMilliseconds(5);

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly TimeProvider _clock;

    private LocalLease(string path, FileStream held, LeaseHolder holder, LeaseHolder? takenOverFrom, TimeProvider clock)
    {
        _path = path;
        _lock = held;
        _clock = clock;
        Holder = holder;
        TakenOverFrom = takenOverFrom;
    }

    public LeaseHolder Holder { get; private set; }

    public LeaseHolder? TakenOverFrom { get; }

    public static LocalLease Acquire(string folder, LeaseRequest request, TimeProvider clock)
    {
        var path = PathOf(folder, request.Key);
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(folder);
            held = TakeLock(path);
            var last = Read(path);
            var now = clock.GetUtcNow();
            if (held is null || IsLiveElsewhere(last, now))
            {
                throw HeldBy(last, request.Key);
            }

            var holder = new LeaseHolder
            {
                Key = request.Key,
                RollbackId = request.RollbackId,
                Owner = request.Owner,
                Host = Environment.MachineName,
                ProcessId = Environment.ProcessId,
                Step = request.Step,
                AcquiredAt = now,
                Heartbeat = now,
                Expires = now + s_term,
                Token = Math.Max(last?.Token ?? 0, request.LastToken) + 1,
            };
            Write(path, holder);
            return new LocalLease(path, held, holder, last is { Released: false } ? last : null, clock);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw Unusable(folder, failure);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    public static LeaseHolder? ReadHolder(string folder, string key, TimeProvider clock)
    {
        var path = PathOf(folder, key);
        if (!File.Exists(path + ".lock"))
        {
            return null;
        }

        try
        {
            using var free = FileLock.TryTake(path + ".lock");
            var last = Read(path);
            return free is null || IsLiveElsewhere(last, clock.GetUtcNow()) ? last ?? Unnamed(key) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(folder, failure);
        }
    }

    public void Renew(string nextStep, TimeSpan deadline)
    {
        var now = _clock.GetUtcNow();
        try
        {
            if (Read(_path) is not { } standing || standing.Token != Holder.Token)
            {
                throw new RollbackOpsException(ErrorId.LeaseLost,
                    $"The lease of this rollback (token {Holder.Token}) is no longer the newest.",
                    "Look at Get-RollbackLog for who took it over; nothing further was done here.", Holder);
            }

            var term = deadline + deadline > s_term ? deadline + deadline : s_term;
            Holder = Holder with { Step = nextStep, Heartbeat = now, Expires = now + term };
            Write(_path, Holder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(_path, failure);
        }
    }

    public void Dispose()
    {
        try
        {
            if (Read(_path) is { } standing && standing.Token == Holder.Token)
            {
                Write(_path, Holder with { Released = true, Heartbeat = _clock.GetUtcNow() });
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The lock itself is what counts; unreleased, the next holder records a takeover.
        }

        _lock.Dispose();
    }

    /// <summary>
    /// The lock, or null when somebody holds the lease. Somebody who only looks who holds it has the lock for a moment
    /// too; that is waited for.
    /// </summary>
    private static FileStream? TakeLock(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (FileLock.TryTake(path + ".lock") is { } held)
            {
                return held;
            }

            if (attempt == LookerTries || Read(path) is { Released: false })
            {
                return null;
            }

            Thread.Sleep(s_lookerPause);
        }
    }

    private static bool IsLiveElsewhere(LeaseHolder? last, DateTimeOffset now) =>
        last is { Released: false } && last.Host != Environment.MachineName && now < last.Expires + s_longestRequest;

    private static RollbackOpsException HeldBy(LeaseHolder? holder, string key)
    {
        var known = holder is { Released: false } ? holder : Unnamed(key);
        return new RollbackOpsException(ErrorId.LeaseHeld,
            $"A rollback of {key} is under way: {known}.",
            "Wait for it to end, or look at Get-RollbackLog. A dead holder's lease is taken over at once.", known);
    }

    /// <summary>The holder in the moment between its lock and its first words.</summary>
    private static LeaseHolder Unnamed(string key) => new()
    {
        Key = key,
        RollbackId = "(starting)",
        Owner = "another process",
        Host = Environment.MachineName,
        ProcessId = 0,
        Step = "starting",
        AcquiredAt = DateTimeOffset.UnixEpoch,
        Heartbeat = DateTimeOffset.UnixEpoch,
        Expires = DateTimeOffset.UnixEpoch,
        Token = 0,
    };

    private static LeaseHolder? Read(string path)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), RollbackJson.Compact.LeaseHolder)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(string path, LeaseHolder holder)
    {
        var next = path + ".next";
        try
        {
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(holder, RollbackJson.Indented.LeaseHolder));
        }
        catch (ArgumentOutOfRangeException tooLarge)
        {
            throw Durable.AsIOException(tooLarge);
        }

        File.Move(next, path, overwrite: true);
    }

    private static string PathOf(string folder, string key) => Path.Combine(folder,
        $"lease-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16].ToLowerInvariant()}.json");

    private static RollbackOpsException Unusable(string path, Exception failure) => new(ErrorId.StateUnusable,
        $"The state folder cannot be used ('{path}'): {failure.Message}",
        "Check the folder's owner, rights and free space.", path, failure);
}
