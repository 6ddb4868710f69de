using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Resilience;

/// <summary>Connects to an address and says nothing there: the dry run of what takes requests only for real.</summary>
internal static class Reach
{
    /// <summary>Connects, with https as far as the server's certificate.</summary>
    /// <returns>What was seen, as a sentence without its end.</returns>
    /// <exception cref="DeliveryException">It cannot be reached, or its certificate does not do.</exception>
    public static async Task<string> ConnectAsync(string name, Uri address, CancellationToken cancellationToken)
    {
        var place = $"{address.Host}:{address.Port}";
        if (!address.IsLoopback && HttpClient.DefaultProxy.GetProxy(address) is { } proxy && proxy != address)
        {
            return $"{place} lies behind the proxy {proxy.Host}, and was not reached for";
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, cancellationToken);
            if (address.Scheme != Uri.UriSchemeHttps)
            {
                return $"{place} accepts connections";
            }

            await using var secured = new SslStream(client.GetStream());
            await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancellationToken);
            return $"{place} accepts connections, and its certificate holds";
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException)
        {
            throw new DeliveryException($"{name}: {place} cannot be reached: {failure.Message}",
                "Look whether the address can be reached from here, and at its certificate.", failure);
        }
    }
}
