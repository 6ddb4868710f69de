using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace RollbackOps.Bench.Databases;

/// <summary>
/// A process of clients that hold a connection each; one of them writes every 5 ms. Who is cut off, or not let in, connects
/// anew after 50 ms.
/// </summary>
internal sealed class ClientProcess : IDisposable
{
    private static readonly TimeSpan s_beforeConnecting = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_betweenWrites = TimeSpan.FromMilliseconds(5);

    private readonly Process _process;

    public ClientProcess(string host, string database, int count)
    {
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(ClientProcess).Assembly.Location, "postgres-clients", host, database, $"{count}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        if (_process.StandardOutput.ReadLine() != "connected")
        {
            throw new InvalidOperationException("The clients cannot connect.");
        }
    }

    /// <summary>Waits for one more write; gives the longest time between two acknowledged writes, in milliseconds.</summary>
    public double End()
    {
        _process.StandardInput.Close();
        return double.Parse(_process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    /// <summary>What that process does.</summary>
    public static async Task ServeAsync(string host, string database, int count)
    {
        using var end = new CancellationTokenSource();
        using var connected = new CountdownEvent(count);
        var connection = $"Host={host};Username=admin;Database={database};Pooling=false";
        var idle = Enumerable.Range(1, count - 1)
            .Select(_ => ServeAsync(connection, "SELECT 1", connected, () => { }, TimeSpan.FromSeconds(1), end.Token)).ToList();
        var (last, longest, written) = (Stopwatch.GetTimestamp(), TimeSpan.Zero, new TaskCompletionSource());
        var writing = ServeAsync(connection, "UPDATE pgbench_branches SET bbalance = bbalance + 1 WHERE bid = 1", connected,
            () =>
            {
                var gap = Stopwatch.GetElapsedTime(last);
                last = Stopwatch.GetTimestamp();
                longest = gap > longest ? gap : longest;
                written.TrySetResult();
            },
            s_betweenWrites, end.Token);
        await Task.Run(connected.Wait);
        longest = TimeSpan.Zero;
        Console.WriteLine("connected");
        await Console.In.ReadToEndAsync();
        written = new TaskCompletionSource();
        await written.Task;
        await end.CancelAsync();
        await Task.WhenAll([writing, .. idle]);
        Console.Write(longest.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task ServeAsync(string connectionString, string query, CountdownEvent connected, Action answered, TimeSpan pause, CancellationToken end)
    {
        var isFirst = true;
        while (!end.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync(CancellationToken.None);
                while (!end.IsCancellationRequested)
                {
                    await using var command = new NpgsqlCommand(query, connection);
                    await command.ExecuteNonQueryAsync(CancellationToken.None);
                    answered();
                    if (isFirst)
                    {
                        connected.Signal();
                        isFirst = false;
                    }

                    await Task.Delay(pause, CancellationToken.None);
                }
            }
            catch (NpgsqlException)
            {
                await Task.Delay(s_beforeConnecting, CancellationToken.None);
            }
        }
    }
}
