using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RollbackOps.Adapters.Tests.Samples;

/// <summary>
/// A port that nothing listens on, below those that the operating system gives to outgoing connections: it stays free
/// between two processes of a service. None is given twice in one run, for tests that run beside each other.
/// </summary>
internal static class FreePort
{
    private static readonly ConcurrentDictionary<int, bool> s_given = new();

    public static int Find()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (!s_given.TryAdd(port, true))
            {
                continue;
            }

            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; the next one.
            }
        }
    }
}
