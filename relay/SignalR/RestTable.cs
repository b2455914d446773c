namespace Serverless.Relay.SignalR;

/// <summary>Everything that the REST plane does: the dialect of 2022-06-01 with some of what came after, and the first one.</summary>
internal static class RestTable
{
    /// <summary>Versions of the newer dialect.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["2022-06-01", "2022-11-01", "2023-07-01", "2024-12-01"];

    /// <summary>All of it.</summary>
    public static IReadOnlyList<RestOperation> Operations { get; } =
    [
        new("HEAD GET", "/api/health", 200, RestConnections.Health),
        new("POST", "/api/hubs/{hub}/:send", 202, RestSends.ToAll),
        new("POST", "/api/hubs/{hub}/users/{user}/:send", 202, RestSends.ToUser),
        new("POST", "/api/hubs/{hub}/groups/{group}/:send", 202, RestSends.ToGroup),
        new("POST", "/api/hubs/{hub}/connections/{connection}/:send", 202, RestSends.ToConnection),
        new("HEAD", "/api/hubs/{hub}/connections/{connection}", 200, RestConnections.Exists),
        new("HEAD", "/api/hubs/{hub}/users/{user}", 200, RestConnections.UserExists),
        new("HEAD", "/api/hubs/{hub}/groups/{group}", 200, RestConnections.GroupExists),
        new("HEAD", "/api/hubs/{hub}/users/{user}/groups/{group}", 200, RestGroups.IsUserIn),
        new("PUT", "/api/hubs/{hub}/groups/{group}/connections/{connection}", 200, RestGroups.Join),
        new("DELETE", "/api/hubs/{hub}/groups/{group}/connections/{connection}", 200, RestGroups.Leave),
        new("PUT", "/api/hubs/{hub}/connections/{connection}/groups/{group}", 200, RestGroups.Join),
        new("DELETE", "/api/hubs/{hub}/connections/{connection}/groups/{group}", 200, RestGroups.Leave),
        new("DELETE", "/api/hubs/{hub}/connections/{connection}/groups", 200, RestGroups.LeaveAll),
        new("PUT", "/api/hubs/{hub}/users/{user}/groups/{group}", 200, RestGroups.JoinUser),
        new("DELETE", "/api/hubs/{hub}/users/{user}/groups/{group}", 204, RestGroups.LeaveUser),
        new("DELETE", "/api/hubs/{hub}/users/{user}/groups", 204, RestGroups.LeaveAllUser),
        new("DELETE", "/api/hubs/{hub}/connections/{connection}", 200, RestConnections.Close),
        new("POST", "/api/hubs/{hub}/:closeConnections", 204, RestConnections.CloseAll),
        new("POST", "/api/hubs/{hub}/groups/{group}/:closeConnections", 204, RestConnections.CloseGroup),
        new("POST", "/api/hubs/{hub}/users/{user}/:closeConnections", 204, RestConnections.CloseUser),
        new("POST", "/api/hubs/{hub}/:generateToken", 200, RestConnections.GenerateToken),
        new("POST", "/api/hubs/{hub}/:execute", 202, RestCommands.Execute),
        new("GET", "/api/hubs/{hub}/groups/{group}/connections", 200, RestGroups.List),

        new("HEAD", "/api/v1/health", 200, RestConnections.Health),
        new("POST", "/api/v1/hubs/{hub}", 202, RestSends.ToAll),
        new("POST", "/api/v1/hubs/{hub}/users/{user}", 202, RestSends.ToUser),
        new("POST", "/api/v1/hubs/{hub}/groups/{group}", 202, RestSends.ToGroup),
        new("POST", "/api/v1/hubs/{hub}/connections/{connection}", 202, RestSends.ToConnection),
        new("GET HEAD", "/api/v1/hubs/{hub}/connections/{connection}", 200, RestConnections.Exists),
        new("GET HEAD", "/api/v1/hubs/{hub}/users/{user}", 200, RestConnections.UserExists),
        new("GET HEAD", "/api/v1/hubs/{hub}/groups/{group}", 200, RestConnections.GroupExists),
        new("GET HEAD", "/api/v1/hubs/{hub}/groups/{group}/users/{user}", 200, RestGroups.IsUserIn),
        new("GET HEAD", "/api/v1/hubs/{hub}/users/{user}/groups/{group}", 200, RestGroups.IsUserIn),
        new("PUT", "/api/v1/hubs/{hub}/groups/{group}/connections/{connection}", 200, RestGroups.Join),
        new("DELETE", "/api/v1/hubs/{hub}/groups/{group}/connections/{connection}", 200, RestGroups.Leave),
        new("PUT", "/api/v1/hubs/{hub}/groups/{group}/users/{user}", 202, RestGroups.JoinUser),
        new("DELETE", "/api/v1/hubs/{hub}/groups/{group}/users/{user}", 202, RestGroups.LeaveUser),
        new("PUT", "/api/v1/hubs/{hub}/users/{user}/groups/{group}", 202, RestGroups.JoinUser),
        new("DELETE", "/api/v1/hubs/{hub}/users/{user}/groups/{group}", 202, RestGroups.LeaveUser),
        new("DELETE", "/api/v1/hubs/{hub}/users/{user}/groups", 200, RestGroups.LeaveAllUser),
        new("DELETE", "/api/v1/hubs/{hub}/connections/{connection}", 202, RestConnections.Close),
    ];
}
