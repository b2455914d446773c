using System.Text.Json;

namespace Serverless.Relay.SignalR;

/// <summary>Several commands at once, to the connections that a filter lets through: all of them, or when one is wrong none.</summary>
internal static class RestCommands
{
    private const int MostCommands = 100;

    /// <summary>Carries them out, in order.</summary>
    public static async ValueTask<RestAnswer> Execute(RestCall call, CancellationToken cancel)
    {
        var (body, refusal) = await RestBody.ReadAsync(call, cancel);
        if (body is null)
        {
            return refusal;
        }

        var faults = new List<Fault>();
        var commands = Commands(body.Value, faults);
        Func<ClientConnection, Hub, bool> passes = (_, _) => true;
        if (call.Request.Query["filter"] is [{ Length: > 0 } text, ..])
        {
            if (ConnectionFilter.TryParse(text, out var error) is { } filter)
            {
                passes = filter;
            }
            else
            {
                faults.Add(new Fault("InvalidArgument", $"'filter' is not understood: {error}.", "filter"));
            }
        }

        if (faults.Count > 0)
        {
            return RestAnswer.Invalid(faults);
        }

        foreach (var connection in call.Hub.All().Where(connection => passes(connection, call.Hub)))
        {
            commands.ForEach(command => command(call.Hub, connection));
        }

        return RestAnswer.Done;
    }

    private static List<Action<Hub, ClientConnection>> Commands(JsonElement body, List<Fault> faults)
    {
        if (body.ValueKind != JsonValueKind.Array || body.GetArrayLength() is 0 or > MostCommands)
        {
            faults.Add(new Fault("InvalidArgument", $"The body needs to be a list of 1 to {MostCommands} commands."));
            return [];
        }

        return [.. body.EnumerateArray().Select((command, i) => Command(command, i, faults))];
    }

    private static Action<Hub, ClientConnection> Command(JsonElement command, int index, List<Fault> faults)
    {
        var type = RestBody.Text(command, "type");
        var group = RestBody.Text(command, "group");
        switch (type)
        {
            case "SendMessage":
                var frame = RestBody.Invocation(RestBody.Property(command, "message") ?? default, out var fault);
                if (fault is not null)
                {
                    faults.Add(fault with { Target = $"[{index}].message.{fault.Target}" });
                }

                return (_, connection) => connection.Send(frame!.Value);
            case "JoinGroup" or "LeaveGroup" when !Names.IsGroup(group):
                faults.Add(new Fault("InvalidArgument", $"'group' needs 1 to {Names.MaxLength} characters, not all of them blanks.", $"[{index}].group"));
                return (_, _) => { };
            case "JoinGroup":
                return (hub, connection) => hub.TryJoin(connection.Id, group!);
            case "LeaveGroup":
                return (hub, connection) => hub.TryLeave(connection.Id, group!);
            case "CloseConnection":
                var reason = RestBody.Text(command, "reason");
                return (hub, connection) =>
                {
                    hub.Remove(connection);
                    connection.Close(reason);
                };
            default:
                faults.Add(new Fault("InvalidArgument", "'type' needs SendMessage, JoinGroup, LeaveGroup or CloseConnection.", $"[{index}].type"));
                return (_, _) => { };
        }
    }
}
