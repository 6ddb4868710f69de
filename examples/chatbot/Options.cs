using System.Globalization;

namespace Chatbot;

/// <summary>The command line.</summary>
internal static class Options
{
    /// <summary>Makes <c>serve</c> leave the session it was started from.</summary>
    public const string Detached = "--detached";

    public static int? Port(string[] arguments) => arguments.Where(argument => argument != Detached).ToArray() switch
    {
        [] => null,
        ["--port", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and < 65536 => port,
        _ => throw new ArgumentException($"'{string.Join(' ', arguments)}' is not '--port NUMBER'."),
    };

    public static bool IsDetached(string[] arguments) => arguments.Contains(Detached);

    public static int Usage()
    {
        Console.Error.WriteLine(
            """
            usage: chatbot lay-out FOLDER [--port N]      lay out a release directory and start the service in it
                   chatbot start|restart|stop FOLDER      control the service of a release directory
                   chatbot serve [--port N] [--detached]  serve, as the release this program lies in
            """);
        return 64;
    }
}
