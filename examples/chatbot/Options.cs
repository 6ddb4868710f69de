using System.Globalization;

namespace Chatbot;

/// <summary>The command line.</summary>
internal static class Options
{
    public static int? Port(string[] arguments) => arguments switch
    {
        [] => null,
        ["--port", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and < 65536 => port,
        _ => throw new ArgumentException($"'{string.Join(' ', arguments)}' is not '--port NUMBER'."),
    };

    public static int Usage()
    {
        Console.Error.WriteLine(
            """
            usage: chatbot lay-out FOLDER [--port N]   lay out a release directory and start the service in it
                   chatbot start|restart|stop FOLDER   control the service of a release directory
                   chatbot serve [--port N]            serve, as the release this program lies in
            """);
        return 64;
    }
}
